import RehearsalModel

/// Registers the organisation: units, members, and where they are written to.
struct ProvinceSetUp {
  let tree: PlannedTree
  let api: API

  /// Who speaks for the installation: the first province.
  static func actor(of tree: PlannedTree) -> String { "unit/\(tree.provinces.first?.id ?? "")" }

  private var actor: String { Self.actor(of: tree) }

  func importTree() async throws {
    _ = try await api.postCSV(
      .intake, "/v1/units/import", as: actor, key: "import-units",
      lines: ["unit_id,name,level,parent_id,managing_unit_id,peer_group,reviewed"]
        + tree.units.map { unit in
          [
            unit.id, unit.name, unit.level, unit.parentID ?? "", unit.parentID ?? "",
            unit.peerGroup, String(unit.isReviewed),
          ].joined(separator: ",")
        })
    _ = try await api.postCSV(
      .intake, "/v1/persons/import", as: actor, key: "import-persons",
      lines: ["person_id,full_name,member_of,managing_unit_id,role,peer_group,channel"]
        + tree.persons.map { person in
          [
            person.id, person.name, person.memberOfID, person.managingUnitID, person.role,
            person.peerGroup, person.channel,
          ].joined(separator: ",")
        })
    try await importAddresses(of: tree.subjects.filter(\.isElectronic), key: "import-recipients")
  }

  /// Says where these subjects are written to, those that can be.
  func importAddresses(of subjects: [PlannedSubject], key: String) async throws {
    _ = try await api.postCSV(
      .notification, "/v1/recipients/import", as: actor, key: key,
      lines: ["subject_id,address,language"]
        + subjects.filter(\.hasAddress).map { subject in
          let mailbox = subject.id.replacing("/", with: ".").lowercased()
          return "\(subject.id),\(mailbox)@tanhung.invalid,vi"
        })
  }
}
