import RehearsalModel

/// Carries out what happens to the organisation between two years.
struct ChangePlayer {
  let change: PlannedChange
  /// The organisation before the change.
  let tree: PlannedTree
  let api: API
  let connections: Int

  private var actor: String { ProvinceSetUp.actor(of: tree) }
  private var decree: Chronicle.Decree { change.decree }

  /// Records everything, in the order in which it was decided; it holds from its own day on.
  func play() async throws {
    for renaming in change.renamed { try await rename(renaming) }
    for merger in change.merged { try await merge(merger) }
    for founding in change.founded { try await found(founding) }
    for ending in change.dissolved { try await dissolve(ending) }
    try await crowd(change.reassigned, limit: connections) { try await reassign($0) }
    for person in change.joined { try await join(person) }
    for id in change.left { try await leave(id) }
    try await ProvinceSetUp(tree: tree, api: api).importAddresses(
      of: newcomers, key: "recipients-\(decree.effectiveOn)")
  }

  private var newcomers: [PlannedSubject] {
    PlannedTree(
      units: change.founded.map(\.unit), persons: change.joined, unreachable: []
    ).subjects
  }

  private func rename(_ renaming: PlannedChange.Renaming) async throws {
    struct Body: Encodable {
      let name: String
      let effectiveOn: String
      let legalBasis: String
    }
    try await command(
      "/v1/units/\(renaming.id)", "rename",
      Body(
        name: renaming.name, effectiveOn: decree.effectiveOn, legalBasis: decree.legalBasis))
  }

  private func merge(_ merger: PlannedChange.Merger) async throws {
    struct Body: Encodable {
      let unitIds: [String]
      let successorId: String
      let effectiveOn: String
      let legalBasis: String
    }
    _ = try await api.post(
      .intake, "/v1/units/merge", as: actor, key: "merge-\(merger.successorID)",
      json: Body(
        unitIds: merger.ids, successorId: merger.successorID, effectiveOn: decree.effectiveOn,
        legalBasis: decree.legalBasis))
  }

  private func found(_ founding: PlannedChange.Founding) async throws {
    struct Unit: Encodable {
      let unitId: String
      let name: String
      let level: String
      let parentId: String?
      let managingUnitId: String?
      let peerGroup: String
      let reviewed: Bool
    }
    struct Body: Encodable {
      let unitIds: [String]
      let founded: Unit
      let effectiveOn: String
      let legalBasis: String
    }
    let unit = founding.unit
    _ = try await api.post(
      .intake, "/v1/units/merge", as: actor, key: "merge-\(unit.id)",
      json: Body(
        unitIds: founding.ids,
        founded: Unit(
          unitId: unit.id, name: unit.name, level: unit.level, parentId: unit.parentID,
          managingUnitId: unit.parentID, peerGroup: unit.peerGroup, reviewed: unit.isReviewed),
        effectiveOn: decree.effectiveOn, legalBasis: decree.legalBasis))
  }

  private func dissolve(_ ending: PlannedChange.Ending) async throws {
    struct Body: Encodable {
      let receiverId: String
      let effectiveOn: String
      let legalBasis: String
    }
    try await command(
      "/v1/units/\(ending.id)", "dissolve",
      Body(
        receiverId: ending.receiverID, effectiveOn: decree.effectiveOn,
        legalBasis: decree.legalBasis))
  }

  private func reassign(_ person: PlannedPerson) async throws {
    struct Body: Encodable {
      let role: String
      let peerGroup: String
      let effectiveOn: String
      let legalBasis: String
    }
    try await command(
      "/v1/persons/\(person.id)", "transfer",
      Body(
        role: person.role, peerGroup: person.peerGroup, effectiveOn: decree.effectiveOn,
        legalBasis: decree.legalBasis))
  }

  private func join(_ person: PlannedPerson) async throws {
    struct Body: Encodable {
      let personId: String
      let fullName: String
      let memberOf: String
      let managingUnitId: String
      let role: String
      let peerGroup: String
      let channel: String
      let effectiveOn: String
      let legalBasis: String
    }
    _ = try await api.post(
      .intake, "/v1/persons", as: actor, key: "join-\(person.id)",
      json: Body(
        personId: person.id, fullName: person.name, memberOf: person.memberOfID,
        managingUnitId: person.managingUnitID, role: person.role, peerGroup: person.peerGroup,
        channel: person.channel, effectiveOn: decree.effectiveOn, legalBasis: decree.legalBasis))
  }

  private func leave(_ id: String) async throws {
    struct Body: Encodable {
      let effectiveOn: String
      let legalBasis: String
    }
    try await command(
      "/v1/persons/\(id)", "leave",
      Body(effectiveOn: decree.effectiveOn, legalBasis: decree.legalBasis))
  }

  private func command(_ path: String, _ verb: String, _ body: some Encodable) async throws {
    let shown = try await api.get(.intake, path)
    _ = try await api.post(
      .intake, "\(path)/\(verb)", as: actor, key: "\(verb)-\(path)-\(decree.effectiveOn)",
      ifMatch: shown.etag, json: body)
  }
}
