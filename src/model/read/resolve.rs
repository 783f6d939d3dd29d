//! From declarations that name their targets to the tree of shapes, with its limits.

use super::super::constraint::Constraints;
use super::super::error::{ModelError, quote};
use super::super::shape::{Kind, Member, Shape, Simple, Structure, local_name};
use super::{PATHS_MAX, SHAPE_DEPTH_MAX};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A shape as a file declares it.
pub(super) struct Declared {
    /// The absolute id.
    pub(super) id: String,
    pub(super) kind: DeclaredKind,
    pub(super) constraints: Constraints,
}

/// The kind of a declared shape.
pub(super) enum DeclaredKind {
    Simple(Simple),
    List(Box<DeclaredMember>),
    /// Key and value.
    Map(Box<[DeclaredMember; 2]>),
    Structure(Vec<DeclaredMember>),
    Union(Vec<DeclaredMember>),
}

/// A member as a file declares it.
pub(super) struct DeclaredMember {
    pub(super) name: String,
    /// The key of the target in the file.
    pub(super) target: String,
    pub(super) required: bool,
    pub(super) nullable: bool,
    pub(super) default: Option<serde_json::Value>,
    pub(super) constraints: Constraints,
    /// Where the member stands.
    pub(super) pointer: String,
}

/// A file that declares shapes.
pub(super) trait Declarations {
    /// The name of the file.
    fn file(&self) -> &str;

    /// The shape of that key; `from` is the place that names it.
    fn declared(&self, key: &str, from: &str) -> Result<Declared, ModelError>;
}

/// Resolves declarations; a shape that is targeted often is resolved once.
pub(super) struct Resolver<'a, D> {
    declarations: &'a D,
    done: BTreeMap<String, Resolved>,
    /// The keys from the outermost shape down to the one being resolved.
    open: Vec<String>,
}

#[derive(Clone)]
struct Resolved {
    shape: Arc<Shape>,
    /// How many paths lead to members below it.
    paths: usize,
}

impl<'a, D: Declarations> Resolver<'a, D> {
    /// A resolver of that file.
    pub(super) fn new(declarations: &'a D) -> Self {
        Self { declarations, done: BTreeMap::new(), open: Vec::new() }
    }

    /// The structure of that key.
    pub(super) fn structure(&mut self, key: &str, from: &str) -> Result<Structure, ModelError> {
        let shape = self.shape(key, from)?.shape;
        match &shape.kind {
            Kind::Structure(structure) => Ok(structure.clone()),
            kind => Err(self.refused(from, &format!("a {}, {}", kind.name(), quote(key)), "a structure")),
        }
    }

    fn shape(&mut self, key: &str, from: &str) -> Result<Resolved, ModelError> {
        if let Some(resolved) = self.done.get(key) {
            return Ok(resolved.clone());
        }
        if self.open.iter().any(|open| open == key) {
            return Err(self.refused(
                from,
                &format!("the shape {}, which contains itself", quote(key)),
                "shapes that are not recursive",
            ));
        }
        if self.open.len() == SHAPE_DEPTH_MAX {
            let found = format!("a shape below {SHAPE_DEPTH_MAX} others");
            return Err(self.refused(
                from,
                &found,
                &format!("at most {SHAPE_DEPTH_MAX} shapes within each other"),
            ));
        }
        let declared = self.declarations.declared(key, from)?;
        self.check_name(&declared.id, from)?;
        self.open.push(key.to_owned());
        let mut paths = 0;
        let kind = self.kind(&declared.id, declared.kind, &mut paths)?;
        self.open.pop();
        let shape = Arc::new(Shape { id: declared.id, kind, constraints: declared.constraints });
        let resolved = Resolved { shape, paths };
        self.done.insert(key.to_owned(), resolved.clone());
        Ok(resolved)
    }

    /// Exports name shapes without their namespace, so that two of the same name would become one.
    fn check_name(&self, id: &str, from: &str) -> Result<(), ModelError> {
        let twin = self.done.values().find(|resolved| resolved.shape.name() == local_name(id));
        twin.map_or(Ok(()), |twin| {
            let found = format!("{} besides {}", quote(id), quote(&twin.shape.id));
            Err(self.refused(from, &found, "one shape of each name"))
        })
    }

    fn kind(&mut self, id: &str, kind: DeclaredKind, paths: &mut usize) -> Result<Kind, ModelError> {
        Ok(match kind {
            DeclaredKind::Simple(simple) => Kind::Simple(simple),
            DeclaredKind::List(member) => Kind::List(Box::new(self.member(*member, paths)?)),
            DeclaredKind::Map(entry) => {
                let [key, value] = *entry;
                let key = Box::new(self.member(key, paths)?);
                Kind::Map { key, value: Box::new(self.member(value, paths)?) }
            }
            DeclaredKind::Structure(members) => Kind::Structure(self.members(id, members, paths)?),
            DeclaredKind::Union(members) => Kind::Union(self.members(id, members, paths)?),
        })
    }

    fn members(
        &mut self,
        id: &str,
        members: Vec<DeclaredMember>,
        paths: &mut usize,
    ) -> Result<Structure, ModelError> {
        let members =
            members.into_iter().map(|member| self.member(member, paths)).collect::<Result<_, _>>()?;
        Ok(Structure { id: id.to_owned(), members })
    }

    fn member(&mut self, declared: DeclaredMember, paths: &mut usize) -> Result<Member, ModelError> {
        let resolved = self.shape(&declared.target, &declared.pointer)?;
        *paths = paths.saturating_add(1).saturating_add(resolved.paths);
        if *paths > PATHS_MAX {
            let allowed = format!("at most {PATHS_MAX} paths to members");
            return Err(self.refused(&declared.pointer, "more paths to members", &allowed));
        }
        Ok(Member {
            name: declared.name,
            required: declared.required,
            nullable: declared.nullable,
            default: declared.default,
            constraints: declared.constraints.over(&resolved.shape.constraints),
            target: resolved.shape,
        })
    }

    fn refused(&self, pointer: &str, found: &str, allowed: &str) -> ModelError {
        ModelError::Unexpected {
            file: self.declarations.file().to_owned(),
            pointer: pointer.to_owned(),
            found: format!("found {found}"),
            allowed: allowed.to_owned(),
        }
    }
}
