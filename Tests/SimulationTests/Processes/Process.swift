import EventStream
import ReviewEvents
import TestSupport

@testable import EventRelay
@testable import EventStream

/// One process of a service, as the simulation runs it: step by step.
struct Process {
  /// What a process is there for.
  enum Role {
    /// Reads topics, as a member of a consumer's group.
    case reading(ConsumerName, [Topic])
    /// Publishes the outbox, if it gets the lock.
    case publishing
  }

  /// What a process holds between two steps.
  enum Work {
    case nothing
    case reading(Reader, ProcessSource)
    case publishing(Publisher, ProcessLock)
  }

  let area: ServiceArea
  let role: Role
  var build = Desk.Build.new
  var lifeline: Lifeline?
  var work = Work.nothing
  /// Whether it is in the middle of a step: nobody takes two at once.
  var isBusy = false

  init(_ area: ServiceArea, _ role: Role) {
    self.area = area
    self.role = role
  }

  static func reading(_ consumer: ConsumerName, in area: ServiceArea, _ topics: [Topic]) -> Process
  {
    Process(area, .reading(consumer, topics))
  }

  /// Hears wishes for repair; of the areas without a service nothing ever comes.
  static func listening(_ area: ServiceArea) -> Process {
    reading(
      area == .intake ? "intake.repair" : "case.repair", in: area,
      RepairListener.topics(for: area).filter { Simulation.areas.contains($0.area) })
  }

  /// The processes of both services.
  static func all(readers build: Desk.Build) -> [Process] {
    var reader = reading(Desk.consumer, in: .case, [ServiceArea.intake.topic])
    reader.build = build
    return [reader, reader]
      + Simulation.areas.flatMap { area in
        [listening(area), Process(area, .publishing), Process(area, .publishing)]
      }
  }
}
