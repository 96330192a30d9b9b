import OrganisationTerms

/// The readers' word for it; the writer's has the same name, and the test of both needs two.
typealias ReadersViewpoint = Viewpoint
