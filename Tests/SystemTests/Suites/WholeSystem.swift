import Testing

/// Everything here starts a province of its own, so nothing here runs beside anything else here.
@Suite(.serialized) struct `The whole system` {}
