//! The request model: shapes, members and constraints of ConfirmSignUp in revisions. Knows nothing of HTTP or cases.
