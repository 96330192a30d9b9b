extension MessageCatalog {
  /// The templates that the build has put into the program, by name without `.mustache`; a missing
  /// file does not compile.
  static var builtIn: [String: String] {
    files.mapValues { String(decoding: $0, as: UTF8.self) }
  }

  private static var files: [String: [UInt8]] {
    [
      "layout.html": PackageResources.layout_html_mustache,
      "layout.txt": PackageResources.layout_txt_mustache,
      "report-reminder.subject": PackageResources.report_reminder_subject_mustache,
      "report-reminder.txt": PackageResources.report_reminder_txt_mustache,
      "report-reminder.html": PackageResources.report_reminder_html_mustache,
      "report-overdue.subject": PackageResources.report_overdue_subject_mustache,
      "report-overdue.txt": PackageResources.report_overdue_txt_mustache,
      "report-overdue.html": PackageResources.report_overdue_html_mustache,
      "report-receipt.subject": PackageResources.report_receipt_subject_mustache,
      "report-receipt.txt": PackageResources.report_receipt_txt_mustache,
      "report-receipt.html": PackageResources.report_receipt_html_mustache,
      "report-returned.subject": PackageResources.report_returned_subject_mustache,
      "report-returned.txt": PackageResources.report_returned_txt_mustache,
      "report-returned.html": PackageResources.report_returned_html_mustache,
      "case-issued.subject": PackageResources.case_issued_subject_mustache,
      "case-issued.txt": PackageResources.case_issued_txt_mustache,
      "case-issued.html": PackageResources.case_issued_html_mustache,
      "case-reminder.subject": PackageResources.case_reminder_subject_mustache,
      "case-reminder.txt": PackageResources.case_reminder_txt_mustache,
      "case-reminder.html": PackageResources.case_reminder_html_mustache,
      "case-overdue.subject": PackageResources.case_overdue_subject_mustache,
      "case-overdue.txt": PackageResources.case_overdue_txt_mustache,
      "case-overdue.html": PackageResources.case_overdue_html_mustache,
      "supplement-requested.subject": PackageResources.supplement_requested_subject_mustache,
      "supplement-requested.txt": PackageResources.supplement_requested_txt_mustache,
      "supplement-requested.html": PackageResources.supplement_requested_html_mustache,
      "extension-granted.subject": PackageResources.extension_granted_subject_mustache,
      "extension-granted.txt": PackageResources.extension_granted_txt_mustache,
      "extension-granted.html": PackageResources.extension_granted_html_mustache,
      "extension-refused.subject": PackageResources.extension_refused_subject_mustache,
      "extension-refused.txt": PackageResources.extension_refused_txt_mustache,
      "extension-refused.html": PackageResources.extension_refused_html_mustache,
    ]
  }
}
