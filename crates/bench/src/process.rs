//! Processor time and memory of other processes, as Linux counts them.

/// Seconds of user and system time of one process.
pub fn cpu(pid: u32) -> f64 {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return 0.0 };
    // The name stands in brackets and may hold blanks: what follows it is counted.
    let Some((_, rest)) = stat.rsplit_once(") ") else { return 0.0 };
    let ticks = |n: usize| rest.split(' ').nth(n).and_then(|it| it.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// The same of all processes of a PostgreSQL server on this machine, ended ones included as far as their parent has counted them.
pub fn cpu_of_postgres() -> f64 {
    let Ok(processes) = std::fs::read_dir("/proc") else { return 0.0 };
    let pids = processes.flatten().filter_map(|it| it.file_name().to_str().and_then(|it| it.parse::<u32>().ok()));
    let is_postgres =
        |pid: &u32| std::fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|it| it.trim() == "postgres");
    pids.filter(is_postgres).map(cpu).sum()
}

/// Anonymous memory that is resident, in MiB.
pub fn memory(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("RssAnon:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|it| it.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
