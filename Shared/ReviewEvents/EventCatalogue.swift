/// Every kind of fact that this build knows, by area.
public enum EventCatalogue {
  /// The newest shape of every kind of fact.
  public static let all: [any ReviewEvent.Type] = ServiceArea.allCases.flatMap { events(of: $0) }

  /// What `area` publishes.
  public static func events(of area: ServiceArea) -> [any ReviewEvent.Type] {
    switch area {
    case .intake:
      [
        CycleOpened.self, CycleLaunched.self, CycleClosed.self, CycleReopened.self,
        DocumentRegistered.self, PlanAdopted.self, RuleSetApproved.self, UnitRegistered.self,
        PersonRegistered.self, UnitFounded.self, UnitRenamed.self, UnitMoved.self,
        UnitInherited.self, UnitEnded.self, PersonJoined.self, PersonTransferred.self,
        PersonLeft.self, PostsAssigned.self, ReportHandedOver.self, ReportRequested.self,
        ReportDrafted.self, ReportSubmitted.self,
        ReportReturned.self, ReportAccepted.self, ReportWaived.self, ReportLocked.self,
        ReportReopened.self, ExtensionRequested.self, ExtensionGranted.self,
        ExtensionRefused.self, SupplementRequested.self,
        SupplementSubmitted.self, SupplementCancelled.self, IntakeRepublishRequested.self,
      ]
    case .case:
      [
        CaseProposed.self, CaseApproved.self, CaseIssued.self, CaseAcknowledged.self,
        CaseExplained.self, ConferenceHeld.self, CaseConcluded.self, RemediationPlanned.self,
        RemediationProgressed.self, RemediationVerified.self, CaseClosed.self,
        CaseCarriedOver.self, CaseWithdrawn.self, CaseRepublishRequested.self,
      ]
    case .rating:
      [
        SelfRatingRecorded.self, RatingAppraised.self, RatingDecided.self,
        RatingRepublishRequested.self,
      ]
    case .notification:
      [
        DeliveryPlanned.self, DeliverySent.self, DeliveryRefused.self, DeliveryHeld.self,
        DeliveryDropped.self, NotificationRepublishRequested.self,
      ]
    }
  }

  /// The names of what `area` publishes.
  public static func types(of area: ServiceArea) -> Set<EventType> {
    Set(events(of: area).map { $0.type })
  }

  /// The chains that lift old payloads; none was needed yet.
  public static let upcasters = UpcasterChains([])
}
