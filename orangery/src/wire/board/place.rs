//! Where jobs stand on a board: departments, offices and sections, as lists and as trees (BRD-6).

use serde::Serialize;

use super::{Stub, stub};
use crate::{
    domain::organization::DEEPEST,
    graph::{Catalog, job::board::Posted},
    tables::BoardSection,
};

/// All that is published on a board, to be sorted into places.
pub struct Shelves<'a> {
    pub posted: &'a [Posted],
    pub catalog: &'a Catalog,
}

#[derive(Clone, Debug, Serialize)]
pub struct Department {
    pub id: i64,
    pub name: String,
    pub jobs: Vec<Stub>,
    pub parent_id: Option<i64>,
    pub child_ids: Vec<i64>,
}

#[derive(Clone, Debug, Serialize)]
pub struct DepartmentTree {
    pub id: i64,
    pub name: String,
    pub jobs: Vec<Stub>,
    pub children: Vec<DepartmentTree>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Office {
    pub id: i64,
    pub name: String,
    pub location: Option<String>,
    pub departments: Vec<Department>,
    pub parent_id: Option<i64>,
    pub child_ids: Vec<i64>,
}

#[derive(Clone, Debug, Serialize)]
pub struct OfficeTree {
    pub id: i64,
    pub name: String,
    pub location: Option<String>,
    pub departments: Vec<DepartmentTree>,
    pub children: Vec<OfficeTree>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Section {
    pub id: i64,
    pub name: String,
    pub jobs: Vec<Stub>,
}

/// The places of those that are in none have this id.
pub const NONE: i64 = 0;

/// Which posts are meant: all of the board, or those of an office; `Some(NONE)` are those without one.
type Where = Option<i64>;

impl Shelves<'_> {
    fn posts(&self, office: Where) -> impl Iterator<Item = &Posted> {
        self.posted.iter().filter(move |it| match office {
            None => true,
            Some(NONE) => it.office_ids.is_empty(),
            Some(id) => it.office_ids.contains(&id),
        })
    }

    fn jobs(&self, office: Where, department: i64) -> Vec<Stub> {
        let in_it = |it: &&Posted| it.department_id().unwrap_or(NONE) == department;
        self.posts(office).filter(in_it).map(stub).collect()
    }

    /// The departments that have a post there, and those above them, by id.
    fn used(&self, office: Where) -> Vec<i64> {
        let above = |id: i64| {
            std::iter::successors(Some(id), |id| self.catalog.departments.get(id)?.parent_id).take(DEEPEST + 1)
        };
        crate::graph::ids(self.posts(office).filter_map(Posted::department_id).flat_map(above))
    }

    /// All departments, and one for the jobs that are in none.
    pub fn departments(&self) -> Vec<Department> {
        let all: Vec<i64> = self.catalog.departments.keys().copied().collect();
        all.iter().copied().chain([NONE]).filter_map(|id| self.department_in(None, id, &all)).collect()
    }

    pub fn department(&self, id: i64) -> Option<Department> {
        let all: Vec<i64> = self.catalog.departments.keys().copied().collect();
        self.department_in(None, id, &all)
    }

    fn department_in(&self, office: Where, id: i64, known: &[i64]) -> Option<Department> {
        let jobs = self.jobs(office, id);
        if id == NONE {
            return Some(Department { id, name: "No Department".into(), jobs, parent_id: None, child_ids: Vec::new() });
        }
        let row = self.catalog.departments.get(&id)?;
        let below = self.catalog.departments_under(id).map(|it| it.id).filter(|it| known.contains(it));
        Some(Department { id, name: row.name.clone(), jobs, parent_id: row.parent_id, child_ids: below.collect() })
    }

    pub fn department_roots(&self) -> Vec<DepartmentTree> {
        let all: Vec<i64> = self.catalog.departments.keys().copied().collect();
        let mut roots = self.roots_in(None, &all);
        roots.extend(self.department_tree(NONE));
        roots
    }

    pub fn department_tree(&self, id: i64) -> Option<DepartmentTree> {
        let all: Vec<i64> = self.catalog.departments.keys().copied().collect();
        self.tree_in(None, id, &all)
    }

    fn roots_in(&self, office: Where, known: &[i64]) -> Vec<DepartmentTree> {
        let is_root = |id: &&i64| self.catalog.departments.get(id).is_some_and(|it| it.parent_id.is_none());
        known.iter().filter(is_root).filter_map(|id| self.tree_in(office, *id, known)).collect()
    }

    fn tree_in(&self, office: Where, id: i64, known: &[i64]) -> Option<DepartmentTree> {
        let Department { id, name, jobs, child_ids, .. } = self.department_in(office, id, known)?;
        let children = child_ids.into_iter().filter_map(|id| self.tree_in(office, id, known)).collect();
        Some(DepartmentTree { id, name, jobs, children })
    }

    /// All offices, and one for the jobs that are in none.
    pub fn offices(&self) -> Vec<Office> {
        self.catalog.offices.keys().copied().chain([NONE]).filter_map(|id| self.office(id)).collect()
    }

    pub fn office(&self, id: i64) -> Option<Office> {
        let used = self.used(Some(id));
        let mut departments: Vec<Department> =
            used.iter().filter_map(|it| self.department_in(Some(id), *it, &used)).collect();
        departments.extend(self.department_in(Some(id), NONE, &used).filter(|it| !it.jobs.is_empty()));
        let (name, location, parent_id) = self.office_row(id)?;
        let child_ids = self.catalog.offices_under(id).map(|it| it.id).collect();
        Some(Office { id, name, location, departments, parent_id, child_ids })
    }

    pub fn office_roots(&self) -> Vec<OfficeTree> {
        let roots = self.catalog.offices.values().filter(|it| it.parent_id.is_none()).map(|it| it.id);
        roots.chain([NONE]).filter_map(|id| self.office_tree(id)).collect()
    }

    pub fn office_tree(&self, id: i64) -> Option<OfficeTree> {
        let used = self.used(Some(id));
        let mut departments = self.roots_in(Some(id), &used);
        departments.extend(self.tree_in(Some(id), NONE, &used).filter(|it| !it.jobs.is_empty()));
        let (name, location, _) = self.office_row(id)?;
        let children = self.catalog.offices_under(id).filter_map(|it| self.office_tree(it.id)).collect();
        Some(OfficeTree { id, name, location, departments, children })
    }

    fn office_row(&self, id: i64) -> Option<(String, Option<String>, Option<i64>)> {
        match id {
            NONE => Some(("No Office".to_owned(), None, None)),
            id => self.catalog.offices.get(&id).map(|it| (it.name.clone(), it.location.clone(), it.parent_id)),
        }
    }

    pub fn section(&self, row: &BoardSection) -> Section {
        let jobs = self.posted.iter().filter(|it| it.row.board_section_id == Some(row.id)).map(stub).collect();
        Section { id: row.id, name: row.name.clone(), jobs }
    }
}
