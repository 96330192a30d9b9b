/// The name of a kind of fact: `review.<area>.<noun>-<past-participle>` (contract 3).
///
/// Written by hand and never derived from a Swift name: renaming one means that old events can no
/// longer be read.
public struct EventType: Hashable, Sendable, Comparable, CustomStringConvertible,
  ExpressibleByStringLiteral
{
  /// The name as it stands in `ce_type`.
  public let name: String

  /// A name that may be unknown to this build.
  public init(_ name: String) { self.name = name }
  /// A name written in the source.
  public init(stringLiteral name: String) { self.name = name }

  /// The name.
  public var description: String { name }

  /// Orders types by name.
  public static func < (left: Self, right: Self) -> Bool { left.name < right.name }
}

/// A fact that a service published: the payload of one event type, in its newest shape.
public protocol ReviewEvent: Codable, Sendable, Hashable {
  /// The name of this kind of fact.
  static var type: EventType { get }
  /// The newest version of the payload's shape, from 1.
  static var version: Int { get }
}

extension ReviewEvent {
  /// Version 1 until the shape changes.
  public static var version: Int { 1 }
}
