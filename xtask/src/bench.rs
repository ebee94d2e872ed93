//! `cargo xtask bench`: the benchmarks live in a package of their own, because their peers are heavy.

use crate::packages;
use crate::tool::{Outcome, Tool, run as run_command};

/// Which figures to take.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// What to measure.
    #[arg(value_enum, default_value_t = Part::All)]
    part: Part,
    /// Uses the peers that are installed and installs nothing.
    #[arg(long)]
    no_install: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Part {
    /// One check, against other expression engines.
    Expr,
    /// A million devices against all device controls.
    Judge,
    /// A full collection on this machine, beside Lynis.
    Observe,
    /// Looking through two thousand legal documents.
    Documents,
    /// The server under a fleet of 10,000 devices, on SQLite and on PostgreSQL.
    Server,
    /// The store alone: reports and sweeps on both engines.
    Store,
    /// A list of 200,000 cases, as a workbook and as text.
    Cases,
    /// Looking into files, beside ClamAV.
    Scan,
    /// Everything.
    All,
}

impl Part {
    const fn word(self) -> &'static str {
        match self {
            Self::Expr => "expr",
            Self::Judge => "judge",
            Self::Observe => "observe",
            Self::Documents => "documents",
            Self::Server => "server",
            Self::Store => "store",
            Self::Cases => "cases",
            Self::Scan => "scan",
            Self::All => "all",
        }
    }
}

/// Builds the benchmarks (and `khien` itself, which `observe` measures) in release and runs them.
pub(crate) fn run(tool: &Tool, options: &Options) -> Outcome {
    if !options.no_install {
        packages::install_missing(tool, packages::FOR_BENCHMARKS)?;
    }
    run_command(&mut tool.cargo(["build", "--release", "--package", "khien", "--package", "khien-bench"]))?;
    // By itself and in its own profile, as it is shipped: small.
    run_command(&mut tool.cargo(["build", "--profile", "agent", "--package", "khien-agent"]))?;
    let program = tool.target_folder().join("release").join("khien-bench");
    run_command(tool.program(program).arg(options.part.word()))
}
