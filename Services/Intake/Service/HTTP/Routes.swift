import ServiceRuntime

extension Intake {
  /// Everything that intake answers.
  static func routes(_ context: ServiceContext) -> [HTTPRoute] {
    [
      .importUnits(context), .importPersons(context), .exportUnits(context),
      .exportPersons(context), .importPosts(context), .exportPosts(context),
      .showUnit(context), .showPerson(context),
      .showLineage(context), .showChildren(context), .foundUnit(context), .renameUnit(context),
      .moveUnit(context), .mergeUnits(context), .splitUnit(context), .dissolveUnit(context),
      .joinPerson(context), .transferPerson(context), .leavePerson(context),
      .assignPosts(context), .requestJoiners(context),
      .openCycle(context), .launchCycle(context), .closeCycle(context), .showCycle(context),
      .showLaunchCheck(context), .showClosingCheck(context), .lockOverdue(context),
      .reopenCycle(context), .reopenReport(context),
      .listReports(context), .showCounters(context),
      .showReport(context), .showDraft(context), .saveDraft(context), .submitReport(context),
      .returnReport(context), .acceptReport(context), .submitSupplement(context),
      .showReceipt(context), .showVersion(context),
      .requestExtension(context), .decideExtension(context), .showWorkingDays(context),
      .recordOutage(context),
      .listRuleSets(context), .showRuleSet(context), .showRuleSetChanges(context),
      .approveRuleSet(context),
      .registerDocument(context), .findDocuments(context), .showDocument(context),
      .adoptPlan(context), .listPlans(context),
    ]
  }
}
