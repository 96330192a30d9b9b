/// What can go wrong in a story.
enum Fault: Int, CaseIterable, Sendable {
  // The store.
  case storeAway
  case commitRolledBack
  case commitUntold
  case commitVisibleLate
  // The broker, as the relay sees it.
  case recordRefused
  case answerLost
  case recordDuplicated
  case recordSwallowed
  case recordOvertaken
  // The broker by itself.
  case brokerAway
  case brokerForgets
  case recordsDropped
  case malformedRecord
  // The relay's lock.
  case lockLost
  // A process ends at one of these places; the world learns of it some time later.
  case crashBeforeTransaction
  case crashAfterCommit
  case crashBeforePublish
  case crashAfterPublish
  case crashAfterPoll
  case crashBetweenSteps
  // Delivery.
  case partitionDelayed
  case partitionsReordered
  case recordsRedelivered
  case rebalance
  // Handlers.
  case handlerFails
  case handlerSlow
  case handlerPoisoned
  case unknownType
  // Others get on where a process waits.
  case meanwhile

  /// After these a reader may really miss something; without them, never.
  static let losses: [Fault] = [
    .recordSwallowed, .recordOvertaken, .brokerForgets, .recordsDropped,
  ]
}

/// How often each fault strikes: once in so many times, 0 for never.
struct Faults: Sendable, Equatable {
  private var odds: [Int]

  static let none = Faults(odds: Fault.allCases.map { _ in 0 })

  subscript(fault: Fault) -> Int { odds[fault.rawValue] }

  /// Whether the broker keeps what it took, in order.
  var isLossless: Bool { Fault.losses.allSatisfy { self[$0] == 0 } }

  /// What can go wrong in one story.
  ///
  /// Every story leaves some faults out: where everything goes wrong at once, one fault hides what
  /// another one does.
  static func drawn(from generator: inout some RandomNumberGenerator) -> Faults {
    var faults = Faults(odds: Fault.allCases.map(\.odds))
    let keepsRecords = Bool.random(using: &generator)
    for fault in Fault.allCases {
      let isLoss = Fault.losses.contains(fault)
      let isLeftOut = Int.random(in: 0..<(isLoss ? 2 : 4), using: &generator) == 0
      if isLeftOut || (isLoss && keepsRecords) { faults.odds[fault.rawValue] = 0 }
    }
    return faults
  }
}

extension Fault {
  fileprivate var odds: Int {
    switch self {
    case .handlerPoisoned, .unknownType, .partitionsReordered: 2
    case .meanwhile: 4
    case .partitionDelayed: 5
    case .commitVisibleLate: 6
    case .recordsRedelivered: 12
    case .recordRefused, .answerLost, .recordDuplicated, .recordSwallowed, .handlerFails: 15
    case .storeAway, .commitUntold, .commitRolledBack: 25
    case .recordOvertaken, .rebalance, .handlerSlow, .crashBetweenSteps: 30
    case .crashAfterPublish, .crashBeforePublish: 30
    case .brokerAway, .lockLost, .malformedRecord: 40
    case .crashBeforeTransaction, .crashAfterCommit, .crashAfterPoll: 60
    case .recordsDropped, .brokerForgets: 50
    }
  }
}
