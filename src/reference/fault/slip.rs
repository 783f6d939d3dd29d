//! What else is looked up, checked or done otherwise.

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    /// Success is answered, and nothing is done.
    ForShow,
    /// The checks are made at once and what follows from them later, so that another request may come between. Whoever
    /// carries the requests has to see to that: see [`Slip::ForShow`].
    CheckThenAct,
    /// The user is confirmed, and the contact that received the code is not marked as verified.
    ContactUnverified,
    /// An app client is found by the beginning of the id that is sent.
    ClientByBeginning,
    /// An app client is found by the end of the id that is sent.
    ClientByEnd,
    /// An id that names no app client stands for any.
    ClientByDefault,
    /// The case of usernames does not matter.
    UsernameInAnyCase,
    /// A user is found by the beginning of the name that is sent.
    UsernameByBeginning,
    /// A user is found in whatever pool.
    UsernameOfAnyPool,
    /// A user who is confirmed is confirmed again.
    StatusUnchecked,
    /// A user who is confirmed is answered 200 and left alone.
    ConfirmedIsWelcome,
    /// A user who is confirmed is unconfirmed again.
    ConfirmedTwiceIsNot,
    /// The code is looked at before the status.
    CodeBeforeStatus,
    /// That a user is unknown is said although the app client hides it.
    AbsenceShown,
    /// That a user is unknown is hidden although the app client does not ask for it.
    AbsenceHidden,
    /// An unknown user is answered 200 where the app client hides that.
    AbsenceIsSuccess,
    /// An unknown user is an unknown app client where that is hidden.
    AbsenceIsNoClient,
    /// An unknown user's code is an expired one where the app client hides that.
    AbsenceIsExpiry,
    /// A disabled user is confirmed.
    DisabledIsWelcome,
    /// A user is not found by the `sub`.
    SubIsNoName,
    /// An alias that another user holds is no obstacle, and both have it.
    AliasShared,
    /// An alias moves without being forced to.
    AliasAlwaysMoves,
    /// An alias does not move, forced or not.
    AliasNeverMoves,
    /// The user who loses an alias stays verified.
    HolderStaysVerified,
    /// The user who holds an alias loses its verification although the other is refused.
    HolderLosesAnyway,
    /// The user who gets an alias is confirmed and not verified.
    MovedUnverified,
    /// The alias is looked at before the code.
    AliasBeforeCode,
    /// Where an alias is forced, the code does not matter.
    ForceSkipsCode,
}
