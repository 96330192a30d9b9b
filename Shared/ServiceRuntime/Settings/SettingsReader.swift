internal import Configuration

/// Where settings come from: the environment, then the file named by `REVIEW_SETTINGS_FILE`.
public struct SettingsReader: Sendable {
  private let reader: ConfigReader
  /// The names that are set, for settings whose names are open.
  let names: Set<String>
  let secrets: @Sendable (String) throws -> String

  /// Reads from these values, the first before the second.
  /// - Parameter secret: reads the file that holds a secret.
  init(
    environment: [String: String], file: [String: String] = [:],
    secret: @escaping @Sendable (String) throws -> String = SettingsFile.secret
  ) {
    reader = ConfigReader(providers: [
      EnvironmentVariablesProvider(environmentVariables: environment),
      EnvironmentVariablesProvider(environmentVariables: file),
    ])
    names = Set(environment.keys).union(file.keys)
    secrets = secret
  }

  /// Settings given in the source, for tests.
  public init(values: [String: String]) { self.init(environment: values) }

  /// Reads several settings and reports everything wrong with them at once.
  ///
  /// ```swift
  /// let mail = try context.settings.read { settings in
  ///   MailSettings(host: settings.text("REVIEW_SMTP_HOST"), port: settings.integer("REVIEW_SMTP_PORT", in: 1...65_535))
  /// }
  /// ```
  /// - Throws: ``SettingsProblems``, or what `body` throws when nothing else is wrong.
  public func read<Value>(_ body: (inout SettingsCollector) throws -> Value) throws -> Value {
    var collector = SettingsCollector(reader: self)
    let outcome: Result<Value, any Error>
    do { outcome = .success(try body(&collector)) } catch { outcome = .failure(error) }
    if !collector.problems.isEmpty { throw SettingsProblems(collector.problems) }
    return try outcome.get()
  }

  /// The value, if it is set and not empty.
  func value(_ name: String) -> String? {
    // One component, so that the name is looked up exactly as it is documented.
    guard let text = reader.string(forKey: ConfigKey([name])), !text.isEmpty else { return nil }
    return text
  }
}

/// Reads settings one after the other and remembers what is wrong with them.
public struct SettingsCollector {
  let reader: SettingsReader
  private(set) var problems: [SettingsProblems.One] = []

  init(reader: SettingsReader) { self.reader = reader }

  /// A text; without a default it must be set.
  public mutating func text(_ name: String, default standard: String? = nil) -> String {
    if let value = reader.value(name) ?? standard { return value }
    add(name, "is not set")
    return ""
  }

  /// A text that may be missing.
  public func optionalText(_ name: String) -> String? { reader.value(name) }

  /// A whole number within bounds; without a default it must be set.
  public mutating func integer(
    _ name: String, in range: ClosedRange<Int>, default standard: Int? = nil
  ) -> Int {
    guard let text = reader.value(name) else {
      if let standard { return standard }
      add(name, "is not set")
      return range.lowerBound
    }
    guard let number = Int(text), range.contains(number) else {
      add(name, "must be a whole number in \(range.lowerBound)…\(range.upperBound)")
      return range.lowerBound
    }
    return number
  }

  /// `true` or `false`.
  public mutating func flag(_ name: String, default standard: Bool = false) -> Bool {
    switch reader.value(name) {
    case nil: return standard
    case "true": return true
    case "false": return false
    default:
      add(name, "must be true or false")
      return standard
    }
  }

  /// One of the raw values of `type`; without a default it must be set.
  public mutating func choice<Choice>(
    _ name: String, of type: Choice.Type, default standard: Choice? = nil
  ) -> Choice? where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
    guard let text = reader.value(name) else {
      if standard == nil { add(name, "is not set") }
      return standard
    }
    if let choice = Choice(rawValue: text) { return choice }
    add(name, "must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    return standard
  }

  /// The secret in the file that the setting names (`…_FILE`); never in the environment itself.
  ///
  /// Without a file the answer is `nil`, and a problem when `required`.
  public mutating func secret(file name: String, required: Bool = true) -> Secret? {
    precondition(name.hasSuffix("_FILE"), "secrets come from files only")
    guard let path = reader.value(name) else {
      if required { add(name, "is not set") }
      return nil
    }
    do { return Secret(try reader.secrets(path)) } catch {
      add(name, "names a file that cannot be read")
      return nil
    }
  }

  /// Notes something wrong that spans settings; `reason` goes on after the setting's name.
  public mutating func add(_ name: String, _ reason: String) {
    problems.append(SettingsProblems.One(name: name, reason: reason))
  }
}

/// A value that never shows in a log or a message.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  /// The value itself.
  public let value: String
  /// Keeps `value`.
  public init(_ value: String) { self.value = value }
  /// Never the value.
  public var description: String { "<redacted>" }
  /// Never the value.
  public var debugDescription: String { description }
}

/// Everything wrong with the settings, at once.
public struct SettingsProblems: Error, Sendable, Hashable, CustomStringConvertible {
  /// One setting and what is wrong with it; never its value.
  public struct One: Sendable, Hashable {
    /// The setting.
    public let name: String
    /// What is wrong with it.
    public let reason: String

    /// Puts the parts together.
    public init(name: String, reason: String) {
      self.name = name
      self.reason = reason
    }
  }

  /// All of them, in the order in which they were read.
  public let problems: [One]

  /// All of them.
  public init(_ problems: [One]) { self.problems = problems }

  /// One line for each.
  public var description: String {
    problems.map { "\($0.name) \($0.reason)" }.joined(separator: "\n")
  }
}
