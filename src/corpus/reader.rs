//! Requirement files → requirements, with a diagnostic for everything that is wrong in them.

use crate::case::Layer;
use crate::corpus::format::{RawConflict, RawFile, RawRequirement, Text};
use crate::corpus::{Diagnostic, Evidence, LeftOut, SourceFile, rules};
use crate::requirement::{Conflict, Effect, Requirement, RequirementId, Stage};
use crate::wire;
use std::ops::Range;
use std::str::FromStr;
use toml::Spanned;

/// A requirement with the places of its id and its labels.
pub(super) struct Placed {
    pub(super) requirement: Requirement,
    pub(super) file: usize,
    pub(super) id_at: Range<usize>,
    pub(super) labels_at: Vec<Range<usize>>,
}

/// An evidence row that is left out, with its place.
pub(super) struct PlacedLeftOut {
    pub(super) left_out: LeftOut,
    pub(super) file: usize,
    pub(super) row_at: Range<usize>,
}

/// Reads one file after another; what is wrong is collected, what is right is kept.
pub(super) struct Reader<'a> {
    pub(super) evidence: &'a Evidence,
    file: &'a SourceFile,
    index: usize,
    pub(super) requirements: Vec<Placed>,
    pub(super) left_out: Vec<PlacedLeftOut>,
    pub(super) wrong: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    pub(super) fn read(files: &'a [SourceFile], evidence: &'a Evidence) -> Option<Self> {
        let mut reader = Self {
            evidence,
            file: files.first()?,
            index: 0,
            requirements: Vec::new(),
            left_out: Vec::new(),
            wrong: Vec::new(),
        };
        for (index, file) in files.iter().enumerate() {
            reader.file = file;
            reader.index = index;
            reader.read_file();
        }
        Some(reader)
    }

    fn read_file(&mut self) {
        let raw: RawFile = match toml::from_str(&self.file.text) {
            Ok(raw) => raw,
            Err(error) => {
                let span = error.span().unwrap_or_default();
                self.refuse(&span, wire::escape(error.message().as_bytes()));
                return;
            }
        };
        for table in raw.requirement {
            self.read_requirement(&table.into_inner());
        }
        for table in raw.left_out {
            self.non_empty(&table.reason, "a reason");
            for (row, row_at) in self.rows(&table.rows) {
                let left_out = LeftOut { row, reason: table.reason.get_ref().clone() };
                self.left_out.push(PlacedLeftOut { left_out, file: self.index, row_at });
            }
        }
    }

    fn read_requirement(&mut self, raw: &RawRequirement) {
        let before = self.wrong.len();
        if !rules::is_requirement_id(raw.id.get_ref()) {
            self.refuse_text(&raw.id, "is not a requirement id", "allowed: `CSU-AREA-NNN`");
        }
        self.non_empty(&raw.sentence, "a sentence");
        self.check_optional(raw);
        let labels = self.labels(raw);
        let (layer, stage) = (self.named::<Layer>(&raw.layer), self.named::<Stage>(&raw.stage));
        let effect = self.named::<Effect>(&raw.effect);
        let evidence = self.row_ids(&raw.evidence);
        let status = raw.status.as_ref().and_then(|status| self.status(status));
        let error_type = raw.error_type.as_ref().and_then(|types| self.types(types));
        let message = raw.message.as_ref().and_then(|message| self.message(message));
        let headers = raw.headers.as_ref().and_then(|headers| self.headers(headers));
        let body = raw.body.as_ref().and_then(|body| self.body(body));
        let afterwards = raw.state.as_ref().and_then(|state| self.state(state));
        let same = raw.same.as_ref().and_then(|same| self.same(same));
        let conflicts = raw.conflict.iter().map(|conflict| self.conflict(conflict)).collect();
        let (Some(layer), Some(stage), Some(effect)) = (layer, stage, effect) else {
            return;
        };
        let requirement = Requirement {
            id: RequirementId(raw.id.get_ref().clone()),
            sentence: raw.sentence.get_ref().clone(),
            member: raw.member.as_ref().map(|member| member.get_ref().clone()),
            layer,
            stage,
            since: raw.since.as_ref().map(|since| since.get_ref().clone()),
            labels,
            evidence,
            effect,
            status,
            error_type,
            message,
            headers,
            body,
            state: afterwards,
            same,
            conflicts,
            no_case: raw.no_case.as_ref().map(|reason| reason.get_ref().clone()),
        };
        self.check_coherence(raw, &requirement);
        if self.wrong.len() == before {
            self.requirements.push(Placed {
                requirement,
                file: self.index,
                id_at: raw.id.span(),
                labels_at: raw.labels.get_ref().iter().map(Spanned::span).collect(),
            });
        }
    }

    fn check_optional(&mut self, raw: &RawRequirement) {
        if let Some(member) = &raw.member {
            self.one_of(member, rules::MEMBERS, "a member");
        }
        if let Some(since) = &raw.since
            && !rules::is_revision(since.get_ref())
        {
            self.refuse_text(since, "is not a revision of the model", "allowed: `YYYY-MM-DD`");
        }
        if let Some(reason) = &raw.no_case {
            self.non_empty(reason, "a reason");
        }
    }

    fn labels(&mut self, raw: &RawRequirement) -> Vec<String> {
        if raw.labels.get_ref().is_empty() && raw.no_case.is_none() {
            self.refuse(&raw.labels.span(), "`labels` is empty and there is no `no_case`".into());
        }
        for label in raw.labels.get_ref() {
            let length = label.get_ref().chars().count();
            if length > rules::LABEL_CHARS_MAX {
                let message =
                    format!("a label pattern of {length} characters; allowed: {}", rules::LABEL_CHARS_MAX);
                self.refuse(&label.span(), message);
            } else if !rules::LABEL_KINDS.contains(&rules::kind(label.get_ref())) {
                let allowed = format!("a label starts with one of {}", rules::list(rules::LABEL_KINDS));
                self.refuse_text(label, "is not a label pattern", &allowed);
            } else if let Err(error) = rules::glob(label.get_ref()) {
                let why = wire::escape(error.kind().to_string().as_bytes());
                self.refuse_text(
                    label,
                    &format!("is not a glob: {why}"),
                    "`*`, `?`, `[a-z]` and `{a,b}` are special",
                );
            }
        }
        raw.labels.get_ref().iter().map(|label| label.get_ref().clone()).collect()
    }

    /// What holds between the fields of one requirement.
    fn check_coherence(&mut self, raw: &RawRequirement, requirement: &Requirement) {
        let effect = requirement.effect;
        for label in raw.labels.get_ref() {
            let kind = rules::kind(label.get_ref());
            if matches!(kind, "inspect" | "relation") != (effect == Effect::Inspected) {
                self.refuse_text(
                    label,
                    &format!("does not go with the effect `{effect}`"),
                    "`inspect/…` and `relation/…` labels belong to the effect `inspected`, and it has no others",
                );
            }
            if (kind == "relation") != requirement.same.is_some() {
                let hint = "`relation/…` labels belong to a requirement with `same`, and it has no others";
                self.refuse_text(label, "does not go with the aspects", hint);
            }
        }
        let has_aspect = requirement.status.is_some()
            || requirement.error_type.is_some()
            || requirement.message.is_some()
            || requirement.headers.is_some()
            || requirement.body.is_some()
            || requirement.state.is_some()
            || requirement.same.is_some();
        if has_aspect && effect == Effect::Observed {
            self.refuse_text(&raw.effect, "has aspects", "what is `observed` is never judged: it has none");
        }
        if !has_aspect && effect != Effect::Observed && requirement.no_case.is_none() {
            let allowed = "one of `status`, `type`, `message`, `headers`, `body`, `state`, `same`";
            self.refuse_text(&raw.effect, "has no aspect", allowed);
        }
        if let (Some(raw), Some(status)) = (&raw.status, &requirement.status) {
            let fits = |status: u16| match effect {
                Effect::Accepted => (200..300).contains(&status),
                Effect::Refused => (300..600).contains(&status),
                Effect::Either | Effect::Observed | Effect::Inspected => (200..600).contains(&status),
            };
            if let Some(status) = status.accept.iter().find(|status| !fits(**status)) {
                let accept = raw.get_ref().accept.span();
                self.refuse(&accept, format!("status `{status}` does not go with the effect `{effect}`"));
            }
        }
    }

    fn conflict(&mut self, raw: &RawConflict) -> Conflict {
        self.non_empty(&raw.says, "a sentence");
        Conflict { says: raw.says.get_ref().clone(), evidence: self.row_ids(&raw.evidence) }
    }

    pub(super) fn row_ids(&mut self, rows: &Spanned<Vec<Text>>) -> Vec<String> {
        self.rows(rows).into_iter().map(|(row, _)| row).collect()
    }

    fn rows(&mut self, rows: &Spanned<Vec<Text>>) -> Vec<(String, Range<usize>)> {
        self.non_empty_list(rows, rows.get_ref().len());
        let mut known: Vec<(String, Range<usize>)> = Vec::new();
        for row in rows.get_ref() {
            if self.evidence.row(row.get_ref()).is_none() {
                self.refuse_text(row, "is no row of the evidence", "see corpus/evidence/aws-behaviour.json");
            } else if known.iter().any(|(other, _)| other == row.get_ref()) {
                self.refuse_text(row, "is cited twice", "name each row once");
            } else {
                known.push((row.get_ref().clone(), row.span()));
            }
        }
        known
    }

    pub(super) fn named<T: FromStr<Err = String>>(&mut self, text: &Text) -> Option<T> {
        match text.get_ref().parse() {
            Ok(value) => Some(value),
            Err(message) => {
                self.refuse(&text.span(), message);
                None
            }
        }
    }

    pub(super) fn one_of(&mut self, text: &Text, allowed: &[&str], what: &str) {
        if !allowed.contains(&text.get_ref().as_str()) {
            self.refuse_text(text, &format!("is not {what}"), &format!("allowed: {}", rules::list(allowed)));
        }
    }

    pub(super) fn non_empty(&mut self, text: &Text, what: &str) {
        if text.get_ref().trim().is_empty() {
            self.refuse(&text.span(), format!("empty where {what} must stand"));
        }
    }

    pub(super) fn non_empty_list<T>(&mut self, list: &Spanned<T>, length: usize) {
        if length == 0 {
            self.refuse(&list.span(), "empty, at least one is needed".into());
        }
    }

    pub(super) fn refuse_text(&mut self, text: &Text, problem: &str, hint: &str) {
        let message = format!("`{}` {problem}", wire::escape(text.get_ref().as_bytes()));
        self.wrong.push(Diagnostic::new(self.file, &text.span(), message).with_hint(hint));
    }

    pub(super) fn refuse(&mut self, span: &Range<usize>, message: String) {
        self.wrong.push(Diagnostic::new(self.file, span, message));
    }
}
