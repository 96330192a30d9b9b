import ServiceRuntime

extension Intake {
  /// Everything that intake answers.
  static func routes(_ context: ServiceContext) -> [HTTPRoute] {
    [
      .importUnits(context), .importPersons(context), .exportUnits(context),
      .exportPersons(context), .showUnit(context), .showPerson(context),
      .openCycle(context), .launchCycle(context), .closeCycle(context), .showCycle(context),
      .listReports(context), .showCounters(context),
      .showReport(context), .showDraft(context), .saveDraft(context), .submitReport(context),
      .returnReport(context), .acceptReport(context), .submitSupplement(context),
      .showReceipt(context), .showVersion(context),
      .recordOutage(context),
      .listRuleSets(context), .showRuleSet(context), .showRuleSetChanges(context),
    ]
  }
}
