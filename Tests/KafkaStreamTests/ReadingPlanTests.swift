import EventStream
import ReviewEvents
import Testing

@testable import KafkaStream

@Suite struct `A plan of what to read` {
  let zero = TopicPartition(topic: Sample.topic, partition: 0)
  let one = TopicPartition(topic: Sample.topic, partition: 1)

  @Test func `takes each record from the start to before the end, once`() throws {
    var plan = try ReadingPlan(from: [zero: 5], held: [zero: 2..<7, one: 4..<4])
    #expect(plan.starts == [zero: .at(5)])
    #expect(plan.take(zero, offset: 4) == false)
    #expect(plan.take(zero, offset: 5) == true)
    #expect(plan.take(zero, offset: 5) == false)
    #expect(plan.isComplete == false)
    #expect(plan.take(zero, offset: 6) == true)
    #expect(plan.isComplete == true)
    #expect(plan.take(zero, offset: 7) == false)
    #expect(plan.take(one, offset: 4) == false)
    #expect(plan.positions == [zero: 7, one: 4])
  }

  @Test func `ends with a record behind the end when none stands right before it`() throws {
    var plan = try ReadingPlan(from: [:], held: [zero: 0..<10])
    #expect(plan.take(zero, offset: 3) == true)
    #expect(plan.take(zero, offset: 12) == false)
    #expect(plan.isComplete == true)
    #expect(plan.positions == [zero: 10])
  }

  @Test func `ends where the broker's records end, but not before its own end`() throws {
    var plan = try ReadingPlan(from: [:], held: [zero: 0..<10, one: 0..<1])
    plan.reach(zero, 8)
    #expect(plan.wants(zero) == true)
    plan.reach(zero, 11)
    plan.reach(zero, 12)
    #expect(plan.wants(zero) == false)
    #expect(plan.isComplete == false)
    plan.reach(one, 1)
    #expect(plan.isComplete == true)
    #expect(plan.positions == [zero: 10, one: 1])
  }

  @Test func `begins only at what is held, or right behind it`() throws {
    #expect(throws: TopicReadingError.lost(zero, wanted: 2, held: 3..<5)) {
      try ReadingPlan(from: [zero: 2], held: [zero: 3..<5])
    }
    #expect(throws: TopicReadingError.lost(zero, wanted: 6, held: 3..<5)) {
      try ReadingPlan(from: [zero: 6], held: [zero: 3..<5])
    }
    #expect(throws: TopicReadingError.lost(one, wanted: 0, held: nil)) {
      try ReadingPlan(from: [one: 0], held: [zero: 3..<5])
    }
    #expect(try ReadingPlan(from: [zero: 5], held: [zero: 3..<5]).isComplete == true)
    #expect(try ReadingPlan(from: [:], held: [:]).isComplete == true)
  }
}
