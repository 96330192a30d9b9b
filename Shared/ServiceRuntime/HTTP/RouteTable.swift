internal import TextForms

/// Finds the route of a request.
struct RouteTable: Sendable {
  enum Match: Sendable {
    /// The route and the decoded values of the path's named places.
    case route(HTTPRoute, [String: String])
    /// The path exists with other methods.
    case methodNotAllowed([String])
    /// A named place of the path holds no valid text.
    case malformedPath(String)
    /// There is no such path.
    case unknown
  }

  private let routes: [HTTPRoute]

  init(_ routes: [HTTPRoute]) {
    let names = routes.map { "\($0.method) \($0.path)" }
    precondition(Set(names).count == names.count, "a route is declared twice")
    // The more exact template comes first.
    self.routes = routes.sorted { $0.template.literals > $1.template.literals }
  }

  func match(method: String, path: String) -> Match {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    guard path.hasPrefix("/"), !path.contains("//"), path == "/" || !path.hasSuffix("/") else {
      return .unknown
    }
    var methods: [String] = []
    for route in routes {
      guard let raw = route.template.match(parts) else { continue }
      methods.append(route.method)
      guard route.method == method else { continue }
      var values: [String: String] = [:]
      for (name, part) in raw {
        guard let text = PercentCoding.decode(part), !text.isEmpty,
          !text.unicodeScalars.contains(where: \.isControl)
        else { return .malformedPath(name) }
        values[name] = NormalisedText.nfc(text)
      }
      return .route(route, values)
    }
    return methods.isEmpty ? .unknown : .methodNotAllowed(Set(methods).sorted())
  }
}

/// Percent-encoding as paths and queries use it; a plus sign is a plus sign.
enum PercentCoding {
  /// The decoded text, or `nil` when it is not validly encoded UTF-8.
  static func decode(_ text: Substring) -> String? {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit)
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
