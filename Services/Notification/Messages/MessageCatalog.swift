private import Foundation
private import Mustache

/// The templates of all messages, compiled and checked once at the start.
public struct MessageCatalog: Sendable {
  /// The three forms of each message; the raw value ends the template's name.
  enum Form: String, CaseIterable {
    case subject
    case text = "txt"
    case html
  }

  private let library: MustacheLibrary

  /// Compiles the templates built into the program; throws naming the first broken one.
  public init() throws(TemplateError) {
    try self.init(sources: Self.builtIn)
  }

  /// Compiles templates by name, such as `report-reminder.txt`.
  init(sources: [String: String]) throws(TemplateError) {
    var library = MustacheLibrary()
    for (name, source) in sources.sorted(by: { $0.key < $1.key }) {
      try TemplateCheck(name: name, source: source, known: Set(sources.keys)).run()
      do {
        try library.register(source, named: name)
      } catch {
        throw TemplateError(template: name, problem: "\(error)")
      }
    }
    for kind in MessageKind.allCases {
      for form in Form.allCases where sources[Self.name(kind, form)] == nil {
        throw TemplateError(template: Self.name(kind, form), problem: "missing")
      }
    }
    self.library = library
  }

  /// The message in all its forms.
  public func render(_ kind: MessageKind, _ view: MessageView) -> RenderedMessage {
    render(kind, fields: view.fields)
  }

  /// Renders from loose fields, so that a test can offer more of them than a view has.
  func render(_ kind: MessageKind, fields: [String: String]) -> RenderedMessage {
    RenderedMessage(
      subject: render(kind, .subject, fields).trimmingCharacters(in: .whitespacesAndNewlines),
      text: render(kind, .text, fields), html: render(kind, .html, fields))
  }

  private func render(_ kind: MessageKind, _ form: Form, _ fields: [String: String]) -> String {
    guard let text = library.render(fields, withTemplate: Self.name(kind, form)) else {
      preconditionFailure("a template found at the start is gone")
    }
    return text
  }

  private static func name(_ kind: MessageKind, _ form: Form) -> String {
    "\(kind.rawValue).\(form.rawValue)"
  }
}

/// A template that cannot be used.
public struct TemplateError: Error, Equatable, CustomStringConvertible {
  /// The name of the template, such as `report-reminder.txt`.
  public let template: String
  /// What is wrong with it.
  public let problem: String

  /// Both in one line.
  public var description: String { "template \(template): \(problem)" }
}

/// Finds what Mustache would silently render as nothing: a misspelt field, a missing partial, and
/// a text form that would be escaped as HTML.
private struct TemplateCheck {
  let name: String
  let source: String
  let known: Set<String>

  func run() throws(TemplateError) {
    for tag in tags {
      guard let sigil = tag.first else { throw problem("an empty tag") }
      let word = tag.dropFirst().trimmingCharacters(in: .whitespaces)
      switch sigil {
      case "!", "$", "%": continue
      case ">", "<":
        guard known.contains(word) else { throw problem("no template named \(word)") }
      case "/":
        // Closes a section of a field, a block or a parent; Mustache itself checks that they pair.
        continue
      case "#", "^": try checkField(word)
      case "{", "&": throw problem("an unescaped field, \(word)")
      default: try checkField(tag)
      }
    }
    guard name.hasSuffix(".html") || source.hasPrefix("{{% CONTENT_TYPE:TEXT}}") else {
      throw problem("does not begin with {{% CONTENT_TYPE:TEXT}}")
    }
  }

  private var tags: [String] {
    source.components(separatedBy: "{{").dropFirst().map { rest in
      rest.components(separatedBy: "}}")[0].trimmingCharacters(in: .whitespaces)
    }
  }

  private func checkField(_ word: String) throws(TemplateError) {
    guard MessageView.Field(rawValue: word) != nil else { throw problem("no field named \(word)") }
  }

  private func problem(_ text: String) -> TemplateError {
    TemplateError(template: name, problem: text)
  }
}
