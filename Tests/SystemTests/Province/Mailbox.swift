import Foundation

/// What the mail sink got, and what notification believes of each mail.
struct Mailbox: Sendable {
  /// Each mail in the sink by its Message-ID; the same mail twice stands twice.
  let received: [String]
  /// The Message-IDs of the mails that notification counts as sent.
  let sent: Set<String>
  /// Those of which it does not know.
  let uncertain: Set<String>

  init(of province: Province) async throws {
    let journal = province.state.appending(path: "mail/mails.tsv")
    let text = try String(contentsOf: journal, encoding: .utf8)
    received = text.split(separator: "\n").compactMap { line in
      line.split(separator: "\t").last.map { Self.bare(String($0)) }
    }
    let rows = try await province.query(
      "\\connect notification\nselect state, message_id from delivery"
        + " where state in ('sent', 'uncertain')")
    var byState: [String: Set<String>] = [:]
    for row in rows {
      let columns = row.split(separator: "\t").map(String.init)
      guard columns.count == 2 else { continue }
      byState[columns[0], default: []].insert(Self.bare(columns[1]))
    }
    sent = byState["sent"] ?? []
    uncertain = byState["uncertain"] ?? []
  }

  /// Mails of which the sink holds more than one copy (contract 24).
  var twice: [String] {
    Dictionary(grouping: received) { $0 }.filter { $0.value.count > 1 }.map(\.key)
  }

  private static func bare(_ messageID: String) -> String {
    messageID.trimmingCharacters(in: CharacterSet(charactersIn: "<> "))
  }
}
