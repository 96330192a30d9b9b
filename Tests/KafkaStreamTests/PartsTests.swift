import EventStream
import Foundation
import ReviewEvents
import Testing

@testable import KafkaStream

@Suite struct `The ledger of a batch` {
  @Test func `credits a report to the batch it belongs to and to no other`() throws {
    let first = PublishLedger(number: 1, count: 2)
    var second = PublishLedger(number: 2, count: 2)
    for _ in 0..<2 { second.handedOver() }
    #expect(second.report(first.mark(of: 0), nil) == false)
    #expect(second.report(0, nil) == false)
    #expect(second.report(second.mark(of: 2), nil) == false)
    #expect(second.awaited == 2)
    #expect(second.report(second.mark(of: 1), nil) == true)
    #expect(second.awaited == 1)
  }

  @Test func `nothing of a stream counts behind its first refusal`() throws {
    var ledger = PublishLedger(number: 7, count: 4)
    for _ in 0..<4 { ledger.handedOver() }
    let refused = KafkaError(code: 87)
    #expect(ledger.report(ledger.mark(of: 2), nil) == true)
    #expect(ledger.report(ledger.mark(of: 0), refused) == true)
    #expect(ledger.report(ledger.mark(of: 1), nil) == true)
    #expect(ledger.report(ledger.mark(of: 3), nil) == true)
    let streams = try ["case/A", "case/B", "case/A", "case/B"].map { try StreamID($0) }
    let outcome = ledger.outcome(of: streams)
    #expect(outcome.acknowledged == [false, true, false, true])
    #expect(outcome.refusal == refused.message)
  }
}

@Suite struct `An assignment` {
  let zero = TopicPartition(topic: Sample.topic, partition: 0)
  let one = TopicPartition(topic: Sample.topic, partition: 1)

  @Test func `hands out nothing before the start, and only from there on`() {
    var assignment = ConsumerAssignment()
    assignment.begin([zero, one])
    #expect(assignment.take(zero, offset: 0) == false)
    assignment.start([zero: .at(5)])
    #expect(assignment.take(zero, offset: 4) == false)
    #expect(assignment.take(zero, offset: 5) == true)
    #expect(assignment.take(zero, offset: 5) == false)
    #expect(assignment.take(one, offset: 0) == false)
  }

  @Test func `hands out nothing of a partition that was taken away`() {
    var assignment = ConsumerAssignment()
    assignment.begin([zero])
    assignment.start([zero: .oldest, one: .oldest])
    #expect(assignment.take(one, offset: 0) == false)
    #expect(assignment.take(zero, offset: 12) == true)
    assignment.end()
    #expect(assignment.take(zero, offset: 13) == false)
  }

  @Test func `a lost partition rests until it is started again`() {
    var assignment = ConsumerAssignment()
    assignment.begin([zero, one])
    assignment.start([zero: .at(9), one: .at(3)])
    assignment.lose(zero)
    #expect(assignment.next == [one: .at(3)])
    #expect(assignment.take(zero, offset: 9) == false)
    assignment.start([zero: .oldest])
    #expect(assignment.next == [zero: .oldest, one: .at(3)])
  }

  @Test func `moving one partition leaves the others where they are`() {
    var assignment = ConsumerAssignment()
    assignment.begin([zero, one])
    assignment.start([zero: .oldest, one: .oldest])
    #expect(assignment.take(zero, offset: 0) == true)
    #expect(assignment.take(one, offset: 3) == true)
    assignment.start([one: .at(2)])
    #expect(assignment.next == [zero: .at(1), one: .at(2)])
  }
}

@Suite struct `Telling of a broker that is away` {
  @Test func `happens at once, then rarely`() {
    var watch = ReachabilityWatch()
    let now = ContinuousClock.now
    #expect(watch.failed("away", isRefusal: false, at: now) == true)
    #expect(watch.failed("away", isRefusal: false, at: now + .seconds(1)) == false)
    #expect(watch.failed("farther", isRefusal: false, at: now + .seconds(4)) == false)
    #expect(watch.failed("away", isRefusal: false, at: now + .seconds(6)) == true)
    watch.succeeded()
    #expect(watch.state == .reachable)
    #expect(watch.failed("away", isRefusal: false, at: now + .seconds(7)) == true)
  }

  @Test func `a sign of life ends it, unless the broker refuses us`() {
    var watch = ReachabilityWatch()
    let now = ContinuousClock.now
    _ = watch.failed("away", isRefusal: false, at: now)
    #expect(watch.probeIsDue(at: now) == true)
    #expect(watch.probeIsDue(at: now + .milliseconds(500)) == false)
    watch.answeredProbe()
    #expect(watch.state == .reachable)
    #expect(watch.probeIsDue(at: now + .seconds(9)) == false)
    _ = watch.failed("not allowed", isRefusal: true, at: now + .seconds(10))
    watch.answeredProbe()
    #expect(watch.state == .unreachable("not allowed"))
    watch.succeeded()
    #expect(watch.state == .reachable)
  }

  @Test func `a lost connection alone is worth a question, not an alarm`() {
    var watch = ReachabilityWatch()
    #expect(watch.probeIsDue(at: .now) == false)
    watch.suspect()
    #expect(watch.probeIsDue(at: .now) == true)
    #expect(watch.state == .unknown)
  }
}

@Suite struct `Settings` {
  @Test func `that hold are accepted`() throws {
    let settings = KafkaSettings(
      bootstrapServers: ["broker-1:9092", "[::1]:9092"], clientID: "intake", isEmbedded: false,
      additional: ["security.protocol": .text("SSL"), "ssl.cipher.suites": .text("ALL")])
    #expect(settings.problems() == [])
    try settings.validate()
  }

  @Test func `every problem is named at once, and no value`() {
    let settings = KafkaSettings(
      bootstrapServers: ["broker", "broker:0", "a,b:1"], clientID: "no blanks", isEmbedded: false,
      partitions: 0, replication: 10,
      additional: [
        "acks": .text("1"), "security.protocol": .text("hunter2"), "ssl.nonsense": .text("hunter2"),
        "sasl.password": .file("/nowhere/hunter2"),
      ])
    #expect(
      settings.problems() == [
        "bootstrap servers: number 1 is not host:port",
        "bootstrap servers: number 2 is not host:port",
        "bootstrap servers: number 3 is not host:port",
        "client id: must be 1 to 100 characters of A-Z a-z 0-9 . _ -",
        "partitions: must be from 1 to 1000", "replication: must be from 1 to 9",
        "acks: cannot be set from outside", "sasl.password: its file cannot be read",
        "security.protocol: the value is not allowed", "ssl.nonsense: there is no such property",
      ])
    #expect(throws: InvalidKafkaSettings.self) { try settings.validate() }
    var dumped = ""
    dump(settings, to: &dumped)
    #expect(!dumped.contains("hunter2") && !"\(settings)".contains("hunter2"))
  }

  @Test func `a secret is read from its file without the closing line break`() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data("correct horse\r\n".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let settings = KafkaSettings(
      bootstrapServers: ["broker:9092"], clientID: "intake", isEmbedded: false,
      additional: ["sasl.password": .file(file.path)])
    #expect(settings.problems() == [])
    #expect(settings.commonProperties()["sasl.password"] == "correct horse")
  }

  @Test func `only a consumer that may be late lets records lie at the embedded broker`() {
    let settings = KafkaSettings(bootstrapServers: ["b:1"], clientID: "c", isEmbedded: true)
    let name = "fetch.wait.max.ms"
    #expect(settings.consumerProperties(group: "rating.case")[name] == "10")
    #expect(settings.consumerProperties(group: "rating.repair", mayBeLate: true)[name] == "250")
    #expect(settings.readerProperties()[name] == "10")
    // A real one answers as soon as there is something.
    var real = settings
    real.isEmbedded = false
    #expect(real.consumerProperties(group: "rating.repair", mayBeLate: true)[name] == nil)
  }

  @Test func `order and acknowledgement are never left to chance`() {
    let settings = KafkaSettings(bootstrapServers: ["b:1"], clientID: "c", isEmbedded: false)
    let producer = settings.producerProperties()
    #expect(producer["enable.idempotence"] == "true" && producer["acks"] == "all")
    #expect(producer["message.timeout.ms"] == "0")
    #expect(producer["partitioner"] == "murmur2_random")
    let consumer = settings.consumerProperties(group: "rating.case")
    #expect(consumer["auto.offset.reset"] == "error")
    #expect(consumer["enable.auto.commit"] == "false")
    #expect(consumer["partition.assignment.strategy"] == "range")
    #expect(consumer["group.instance.id"] == nil)
  }
}
