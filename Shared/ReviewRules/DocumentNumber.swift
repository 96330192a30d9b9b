/// The number of a document, whichever way it was printed: `57/KH-TU`, `57-KH/TU` and `57 KH-TU`
/// are one number, and so are `10-NQTW` and `10-NQ/TW`.
public struct DocumentNumber: Sendable, Hashable, CustomStringConvertible {
  /// What a document is, by the letters that are printed for it.
  public enum Kind: String, Sendable, CaseIterable {
    /// Nghị quyết.
    case resolution = "NQ"
    /// Quyết định or quy định.
    case regulation = "QĐ"
    /// Chỉ thị.
    case directive = "CT"
    /// Kết luận.
    case conclusion = "KL"
    /// Hướng dẫn.
    case guideline = "HD"
    /// Kế hoạch.
    case plan = "KH"
    /// Công văn.
    case letter = "CV"
    /// Thông báo.
    case notice = "TB"
    /// Thông tri.
    case circular = "TT"
    /// Quy chế.
    case rules = "QC"
    /// Báo cáo.
    case report = "BC"
    /// Tờ trình.
    case submission = "TTR"
    /// Nghị định.
    case decree = "NĐ"
  }

  /// The running number, 1 or more.
  public let ordinal: Int
  /// The year inside the number, which state documents have.
  public let year: Int?
  /// What it is.
  public let kind: Kind
  /// The letters of who issued it, for example `TW`, `BTCTW`, `TU`.
  public let issuerSymbol: String

  /// The longest text that is read, in bytes.
  public static let bytesMax = 60

  /// Reads a number as printed.
  /// - Throws: ``MalformedDocumentNumber`` for a text without number, known kind or issuer.
  public init(_ printed: String) throws(MalformedDocumentNumber) {
    guard printed.utf8.count <= Self.bytesMax else { throw MalformedDocumentNumber() }
    let words = printed.uppercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    guard let first = words.first, let ordinal = Int(first), (1...99_999).contains(ordinal) else {
      throw MalformedDocumentNumber()
    }
    var rest = words.dropFirst()
    if let next = rest.first, let year = Int(next) {
      guard (1945...2100).contains(year) else { throw MalformedDocumentNumber() }
      self.year = year
      rest = rest.dropFirst()
    } else {
      year = nil
    }
    let letters = rest.joined()
    // The longest first: a submission begins like a circular.
    let kinds = Kind.allCases.sorted { $0.rawValue.count > $1.rawValue.count }
    guard letters.allSatisfy(\.isLetter),
      let kind = kinds.first(where: { letters.hasPrefix($0.rawValue) }),
      letters.count > kind.rawValue.count
    else { throw MalformedDocumentNumber() }
    self.ordinal = ordinal
    self.kind = kind
    issuerSymbol = String(letters.dropFirst(kind.rawValue.count))
  }

  /// As the Party prints it, `57-KH/TU`; as the state does where a year is part of the number,
  /// `335/2025/NĐ-CP`.
  public var description: String {
    guard let year else { return "\(ordinal)-\(kind.rawValue)/\(issuerSymbol)" }
    return "\(ordinal)/\(year)/\(kind.rawValue)-\(issuerSymbol)"
  }
}

/// A text is no number of a document.
public struct MalformedDocumentNumber: Error, Sendable, Equatable {
  /// The only value.
  public init() {}
}
