import EventStream
import ReviewEvents

/// A supplement answers the matters of a case that came after the report's receipt.
enum WhenSupplementSubmitted {
  static let route = Route.on(SupplementSubmitted.self) { transaction, supplements in
    try ReceivedAnswers.take(
      supplements.map { (answers: $0.event.answers, envelope: $0.envelope) }, in: transaction)
  }
}
