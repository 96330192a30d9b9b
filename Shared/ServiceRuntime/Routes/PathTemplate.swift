/// A path with named places: `/v1/cycles/{cycle}`.
struct PathTemplate: Sendable, Hashable {
  enum Segment: Sendable, Hashable {
    case literal(String)
    case named(String)
  }

  let segments: [Segment]

  init(_ path: String) {
    precondition(path.hasPrefix("/"), "a path begins with a slash")
    segments = path.split(separator: "/").map { part in
      part.hasPrefix("{") && part.hasSuffix("}")
        ? .named(String(part.dropFirst().dropLast())) : .literal(String(part))
    }
  }

  var names: [String] {
    segments.compactMap { segment in
      guard case .named(let name) = segment else { return nil }
      return name
    }
  }

  /// The values of the named places, if the path's segments fit.
  func match(_ path: [Substring]) -> [String: Substring]? {
    guard path.count == segments.count else { return nil }
    var values: [String: Substring] = [:]
    for (segment, part) in zip(segments, path) {
      switch segment {
      case .literal(let text): guard text == part else { return nil }
      case .named(let name): values[name] = part
      }
    }
    return values
  }

  /// How many segments are literal: the more exact of two fitting templates wins.
  var literals: Int { segments.count - names.count }
}
