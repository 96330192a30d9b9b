public import IntakeDomain
import ReviewEvents
public import ServiceRuntime

extension ApprovalRejection: ProblemConvertible {
  /// The answer to the client.
  public var problem: Problem {
    switch self {
    case .fingerprintDiffers: Problem(.ruleSetFingerprintDiffers, field: "fingerprint")
    case .malformedLegalBasis: Problem(.documentNumberMalformed, field: "legalBasis")
    case .notApproved: Problem(.ruleSetNotApproved, field: "ruleSetId")
    }
  }
}

extension DocumentRejection: ProblemConvertible {
  /// The answer to the client.
  public var problem: Problem {
    switch self {
    case .malformedNumber: Problem(.documentNumberMalformed, field: "number")
    case .blankIssuer: Problem(.documentIssuerBlank, field: "issuer")
    case .alreadyRegistered: Problem(.documentExists, field: "documentId")
    case .known(let id):
      Problem(.documentKnown, detail: "Mã của văn bản đã đăng ký: \(id)", field: "documentId")
    case .notAnOrganisation: Problem(.notAnOrganisation, field: "Review-Actor")
    }
  }
}

extension PlanRejection: ProblemConvertible {
  /// The answer to the client.
  public var problem: Problem {
    switch self {
    case .cycleNotOpened: Problem(.unknownCycle)
    case .cycleClosed: Problem(.cycleClosed)
    case .unknownUnit: Problem(.planUnitUnknown, field: "unitId")
    case .notYourPlan: Problem(.notYourPlan, field: "Review-Actor")
    case .notOwed: Problem(.planNotOwed, field: "unitId")
    case .unknownDocument: Problem(.planDocumentUnknown, field: "documentId")
    case .notYetAdopted: Problem(.planNotYetAdopted, field: "adoptedOn")
    }
  }
}
