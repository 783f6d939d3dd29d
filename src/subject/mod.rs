//! The implementation under test: profiles, installation, launch, endpoint, code source. Knows no cases.
