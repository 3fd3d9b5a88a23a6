//! The hiring team of a job: four lists (HT-1). Changes to it fire nothing (FIRE-15).

use sql::params;

use crate::{
    domain::job,
    error::{Faults, Result},
    graph::Catalog,
    tables::{Application, TeamMember, TeamRole},
    words::Word,
    work::Work,
};

/// Somebody who is put on a list. The three flags mean something for recruiters and coordinators only (HT-2).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewMember {
    pub user_id: i64,
    /// Responsible for candidates to come: one user of a list, the newest.
    pub future: bool,
    /// Becomes recruiter or coordinator of the job's active applications now.
    pub active: bool,
    /// … and of those that are hired or rejected.
    pub inactive: bool,
}

/// The lists that are sent.
pub type Lists = Vec<(TeamRole, Vec<NewMember>)>;

/// Replaces the lists that are sent: an empty one clears, an absent one stays. All or nothing (HT-3).
pub async fn replace(work: &mut Work, job_id: i64, lists: Lists) -> Result<()> {
    write(work, job_id, lists, true).await
}

/// Adds to the lists. A new responsible user takes over from the one before.
pub async fn add(work: &mut Work, job_id: i64, lists: Lists) -> Result<()> {
    write(work, job_id, lists, false).await
}

async fn write(work: &mut Work, job_id: i64, lists: Lists, replace: bool) -> Result<()> {
    let applications = applications(work, job_id, &lists).await?;
    let job = job::lock(work, job_id).await?;
    let present: Vec<TeamMember> = work.tx.children("job_id", &[job_id]).await?;
    let catalog = work.catalog().await?;
    let mut faults = Faults::default();
    for (role, members) in &lists {
        check(&mut faults, &catalog, *role, members, &present);
    }
    faults.done()?;
    let mut changed = false;
    for (role, members) in &lists {
        let here: Vec<&TeamMember> = present.iter().filter(|it| it.role == *role).collect();
        changed |= write_list(work, job_id, *role, members, &here, replace).await?;
    }
    if changed {
        job::touch(work, &job).await?;
    }
    for (role, members) in &lists {
        take_over(work, *role, members, &applications).await?;
    }
    Ok(())
}

/// HT-4: a disabled user may stay, never come.
fn check(faults: &mut Faults, catalog: &Catalog, role: TeamRole, members: &[NewMember], present: &[TeamMember]) {
    let list = role.word();
    for (n, member) in members.iter().enumerate() {
        let field = format!("{list}[{n}].user_id");
        let is_there = present.iter().any(|it| it.role == role && it.user_id == member.user_id);
        match catalog.user(Some(member.user_id)) {
            None => faults.add(&field, format!("There is no user {}", member.user_id)),
            Some(user) if user.row.disabled && !is_there => {
                faults.add(&field, format!("User {} is disabled and can't be added", member.user_id));
            }
            Some(_) => {}
        }
        if members[..n].iter().any(|it| it.user_id == member.user_id) {
            faults.add(&field, format!("User {} is named twice", member.user_id));
        }
    }
    let flags: [(&str, fn(&NewMember) -> bool); 3] = [
        ("responsible_for_future_candidates", |it| it.future),
        ("responsible_for_active_candidates", |it| it.active),
        ("responsible_for_inactive_candidates", |it| it.inactive),
    ];
    for (name, flag) in flags {
        if let Some((n, _)) = members.iter().enumerate().filter(|(_, it)| flag(it)).nth(1) {
            faults.add(format!("{list}[{n}].{name}"), "Only one user of a list can be responsible");
        }
    }
}

/// Writes one list; true if that changed anything.
async fn write_list(
    work: &mut Work,
    job_id: i64,
    role: TeamRole,
    members: &[NewMember],
    here: &[&TeamMember],
    replace: bool,
) -> Result<bool> {
    let mut changed = false;
    let somebody_new = members.iter().any(|it| it.future);
    for row in here {
        let sent = members.iter().find(|it| it.user_id == row.user_id);
        let responsible = match sent {
            Some(member) => member.future,
            None => row.responsible && !somebody_new,
        };
        if sent.is_none() && replace {
            work.delete(*row).await?;
            changed = true;
            continue;
        }
        let after = TeamMember { responsible, ..(*row).clone() };
        changed |= work.update(*row, &after).await?;
    }
    for member in members.iter().filter(|member| !here.iter().any(|it| it.user_id == member.user_id)) {
        let (user_id, responsible) = (member.user_id, member.future);
        work.insert(&mut TeamMember { id: 0, job_id, user_id, role, responsible }).await?;
        changed = true;
    }
    Ok(changed)
}

/// The applications that somebody becomes responsible for, locked: they come before their job in the order of locks.
async fn applications(work: &Work, job_id: i64, lists: &Lists) -> Result<Vec<Application>> {
    if !lists.iter().flat_map(|(_, members)| members).any(|it| it.active || it.inactive) {
        return Ok(Vec::new());
    }
    Ok(work.tx.all("where job_id = $1 and status <> 'converted' order by id {for update}", params![job_id]).await?)
}

/// HT-2: acts at once and is not stored.
async fn take_over(work: &mut Work, role: TeamRole, members: &[NewMember], applications: &[Application]) -> Result<()> {
    use crate::tables::ApplicationStatus::Active;
    for member in members.iter().filter(|it| it.active || it.inactive) {
        for row in applications.iter().filter(|it| if it.status == Active { member.active } else { member.inactive }) {
            // The other list may have changed the row a moment ago.
            let before: Application = work.tx.find(row.id).await?;
            let mut after = before.clone();
            match role {
                TeamRole::Recruiter => after.recruiter_id = Some(member.user_id),
                TeamRole::Coordinator => after.coordinator_id = Some(member.user_id),
                TeamRole::HiringManager | TeamRole::Sourcer => {}
            }
            if after != before {
                after.updated_at = work.now;
                work.update(&before, &after).await?;
            }
        }
    }
    Ok(())
}

/// Takes users off the lists; whoever isn't there is overlooked.
pub async fn remove(work: &mut Work, job_id: i64, lists: &[(TeamRole, Vec<i64>)]) -> Result<()> {
    let job = job::lock(work, job_id).await?;
    let present: Vec<TeamMember> = work.tx.children("job_id", &[job_id]).await?;
    let goes = |it: &&TeamMember| lists.iter().any(|(role, ids)| *role == it.role && ids.contains(&it.user_id));
    let going: Vec<&TeamMember> = present.iter().filter(goes).collect();
    for row in &going {
        work.delete(*row).await?;
    }
    match going.is_empty() {
        true => Ok(()),
        false => job::touch(work, &job).await,
    }
}

/// Gives a job the team of another; who is disabled doesn't come along.
pub(super) async fn copy(work: &mut Work, from_job_id: i64, job_id: i64) -> Result<()> {
    let catalog = work.catalog().await?;
    let team: Vec<TeamMember> = work.tx.children("job_id", &[from_job_id]).await?;
    for member in team {
        if catalog.user(Some(member.user_id)).is_some_and(|it| !it.row.disabled) {
            work.insert(&mut TeamMember { id: 0, job_id, ..member }).await?;
        }
    }
    Ok(())
}
