import ServiceRuntime

extension HTTPRoute {
  /// Everything case-tracking answers; what a route does stands with its command or query.
  static func caseTracking(_ context: ServiceContext) -> [HTTPRoute] {
    [
      proposeCase(context.rules), approveCase, issueCase(context.rules),
      issueCases(context.rules), acknowledgeCase, explainCase, holdConference, concludeCase,
      planRemediation, reportProgress, verifyRemediation, closeCase, carryOverCase, withdrawCase,
      caseSheet(context.store), casesOfCycle(context.store),
      casesOfSubject(context.store, context.calendar),
      debtsOfUnit(context.store, context.calendar),
      caseStatistics(context.store, context.rules),
    ]
  }
}
