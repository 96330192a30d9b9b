/// A question to the service's own tables, and how its answer is read.
public struct Question<Value> {
  let sql: SQL
  let parameters: [SQLValue]
  let read: ([SQLRow]) throws -> Value

  /// Puts the parts together; `read` gets every row of the answer.
  public init(
    _ sql: SQL, _ parameters: [SQLValue], read: @escaping ([SQLRow]) throws -> Value
  ) {
    self.sql = sql
    self.parameters = parameters
    self.read = read
  }
}

extension Transaction where Self: ~Copyable {
  /// Asks questions that do not depend on one another; they travel together.
  /// - Throws: ``StoreError``, or what reading an answer throws.
  public borrowing func ask<each Value>(
    _ question: repeat Question<each Value>
  ) throws -> (repeat each Value) {
    var statements: [(SQL, [SQLValue])] = []
    for question in repeat each question {
      statements.append((question.sql, question.parameters))
    }
    var answers = try rows(each: statements)[...]
    func read<Answer>(_ question: Question<Answer>) throws -> Answer {
      try question.read(answers.removeFirst())
    }
    return (repeat try read(each question))
  }
}
