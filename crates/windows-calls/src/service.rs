//! The service: made, removed, asked after, and run.
//!
//! A service of Windows is started with nothing but a function without arguments, so what it does is kept in one static
//! place, filled before Windows is told that the service is here.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use windows_service::service::{
    Service, ServiceAccess, ServiceAction, ServiceActionType, ServiceControl, ServiceControlAccept,
    ServiceErrorControl, ServiceExitCode, ServiceFailureActions, ServiceFailureResetPeriod, ServiceInfo,
    ServiceStartType, ServiceStatus, ServiceType,
};
use windows_service::service_control_handler::{self, ServiceControlHandlerResult, ServiceStatusHandle};
use windows_service::service_manager::{ServiceManager, ServiceManagerAccess};
use windows_service::{define_windows_service, service_dispatcher};

/// After how long without a failure the count of failures begins anew.
const FAILURES_FORGOTTEN_AFTER: Duration = Duration::from_hours(24);

/// How long Windows waits before it starts a service again that has failed: once, twice, ever after.
const RESTART_AFTER: [Duration; 3] = [Duration::from_mins(1), Duration::from_mins(5), Duration::from_mins(30)];

/// How long stopping may take: what is being sent is given up after two minutes.
const STOP_TIME: Duration = Duration::from_mins(2);

/// How often it is looked whether the service has stopped.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The numbers of Windows for "no such service", "already there", "not running" and "runs already".
const NOT_THERE: i32 = 1060;
const ALREADY_THERE: i32 = 1073;
const NOT_RUNNING: i32 = 1062;
const ALREADY_RUNS: i32 = 1056;

/// The numbers for "others are being started" and "it did not answer in time", and how long both are borne with.
const DATABASE_LOCKED: i32 = 1055;
const TOO_SLOW: i32 = 1053;
const PATIENCE: Duration = Duration::from_mins(2);

/// The number for a setting that this system does not know: Wine has no delayed start.
const NO_SUCH_SETTING: i32 = 124;

/// What is installed.
#[derive(Debug, Clone)]
pub struct ServiceDescription {
    /// The name that the system knows it by.
    pub name: &'static str,
    /// The name that people see.
    pub display_name: String,
    /// What it does, for people.
    pub description: String,
    /// The program.
    pub program: PathBuf,
    /// What the program is started with.
    pub arguments: Vec<OsString>,
}

/// How a service is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceState {
    /// There is none.
    NotInstalled,
    /// It is there and does not run.
    Stopped,
    /// It runs, or is about to.
    Running,
}

/// When a service that was installed does its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Started {
    /// It does so now.
    Now,
    /// The system is too busy to start it now, and does so with the next start of Windows.
    WithWindows,
}

/// What a service does: it gets what tells it to stop, and its outcome is whether it ended well.
type Body = Box<dyn Fn(&mut dyn FnMut(Box<dyn Fn() + Send>)) -> bool + Send + Sync>;

static NAME: OnceLock<&'static str> = OnceLock::new();
static BODY: OnceLock<Body> = OnceLock::new();

define_windows_service!(service_entry, service_main);

/// Makes the service, or brings one that is there up to date: under the account of the system, started with Windows but
/// after everything that people wait for, and started again when it fails. When it fails nothing new is left.
pub fn install(description: &ServiceDescription) -> io::Result<Started> {
    let manager = manager(ServiceManagerAccess::CONNECT | ServiceManagerAccess::CREATE_SERVICE)?;
    let info = ServiceInfo {
        name: description.name.into(),
        display_name: description.display_name.clone().into(),
        service_type: ServiceType::OWN_PROCESS,
        start_type: ServiceStartType::AutoStart,
        error_control: ServiceErrorControl::Normal,
        executable_path: description.program.clone(),
        launch_arguments: description.arguments.clone(),
        dependencies: Vec::new(),
        account_name: None,
        account_password: None,
    };
    match manager.create_service(&info, ServiceAccess::ALL_ACCESS).map_err(io_error) {
        Err(error) if error.raw_os_error() == Some(ALREADY_THERE) => {
            let service = manager.open_service(description.name, ServiceAccess::ALL_ACCESS).map_err(io_error)?;
            service.change_config(&info).map_err(io_error)?;
            set_up(&service, description)
        }
        Err(error) => Err(error),
        Ok(service) => set_up(&service, description).inspect_err(|_| {
            // The first error is the one to tell.
            let _ = service.delete();
        }),
    }
}

/// Says what the service is and what happens when it fails, and starts it.
fn set_up(service: &Service, description: &ServiceDescription) -> io::Result<Started> {
    service.set_description(&description.description).map_err(io_error)?;
    where_known(service.set_delayed_auto_start(true))?;
    let actions = RESTART_AFTER.map(|delay| ServiceAction { action_type: ServiceActionType::Restart, delay });
    let on_failure = ServiceFailureActions {
        reset_period: ServiceFailureResetPeriod::After(FAILURES_FORGOTTEN_AFTER),
        reboot_msg: None,
        command: None,
        actions: Some(actions.to_vec()),
    };
    where_known(service.update_failure_actions(on_failure))?;
    where_known(service.set_failure_actions_on_non_crash_failures(true))?;
    start(service)
}

/// Starts the service. While Windows starts it lets nobody else start anything, and an old machine that has much to do takes
/// its time: both pass.
fn start(service: &Service) -> io::Result<Started> {
    let began = Instant::now();
    loop {
        let Err(error) = service.start::<OsString>(&[]).map_err(io_error) else { return Ok(Started::Now) };
        match error.raw_os_error() {
            Some(ALREADY_RUNS) => return Ok(Started::Now),
            Some(DATABASE_LOCKED | TOO_SLOW) if began.elapsed() < PATIENCE => std::thread::sleep(LOOK_EVERY),
            Some(DATABASE_LOCKED | TOO_SLOW) => return Ok(Started::WithWindows),
            _ => return Err(error),
        }
    }
}

/// The outcome of a setting, which a system that does not know it goes without.
fn where_known(set: windows_service::Result<()>) -> io::Result<()> {
    match set.map_err(io_error) {
        Err(error) if error.raw_os_error() == Some(NO_SUCH_SETTING) => Ok(()),
        other => other,
    }
}

/// Stops the service, waits until it has stopped, and removes it. One that is not there is no mistake.
pub fn uninstall(name: &str) -> io::Result<()> {
    let manager = manager(ServiceManagerAccess::CONNECT)?;
    let access = ServiceAccess::QUERY_STATUS | ServiceAccess::STOP | ServiceAccess::DELETE;
    let service = match manager.open_service(name, access).map_err(io_error) {
        Err(error) if error.raw_os_error() == Some(NOT_THERE) => return Ok(()),
        other => other?,
    };
    match service.stop().map_err(io_error) {
        Err(error) if error.raw_os_error() != Some(NOT_RUNNING) => return Err(error),
        _ => {}
    }
    let began = Instant::now();
    while service.query_status().map_err(io_error)?.current_state != windows_service::service::ServiceState::Stopped {
        if began.elapsed() > STOP_TIME {
            return Err(io::ErrorKind::TimedOut.into());
        }
        std::thread::sleep(LOOK_EVERY);
    }
    service.delete().map_err(io_error)
}

/// How the service is.
pub fn state(name: &str) -> io::Result<ServiceState> {
    let manager = manager(ServiceManagerAccess::CONNECT)?;
    let service = match manager.open_service(name, ServiceAccess::QUERY_STATUS).map_err(io_error) {
        Err(error) if error.raw_os_error() == Some(NOT_THERE) => return Ok(ServiceState::NotInstalled),
        other => other?,
    };
    Ok(match service.query_status().map_err(io_error)?.current_state {
        windows_service::service::ServiceState::Stopped => ServiceState::Stopped,
        _ => ServiceState::Running,
    })
}

/// Runs `body` as the service that Windows has just started this process for. `body` hands in what tells it to stop, and
/// says at its end whether it ended well; when it did not, Windows starts the service again. Fails when Windows did not start
/// this process as a service.
pub fn run(
    name: &'static str,
    body: impl Fn(&mut dyn FnMut(Box<dyn Fn() + Send>)) -> bool + Send + Sync + 'static,
) -> io::Result<()> {
    let once = NAME.set(name).is_ok() && BODY.set(Box::new(body)).is_ok();
    if !once {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    service_dispatcher::start(name, service_entry).map_err(io_error)
}

fn service_main(_: Vec<OsString>) {
    let (Some(name), Some(body)) = (NAME.get(), BODY.get()) else { return };
    let (told, stopped) = std::sync::mpsc::channel();
    let on_control = move |control| match control {
        ServiceControl::Stop | ServiceControl::Shutdown => {
            // Nobody listens any more when the service has ended by itself.
            let _ = told.send(());
            ServiceControlHandlerResult::NoError
        }
        ServiceControl::Interrogate => ServiceControlHandlerResult::NoError,
        _ => ServiceControlHandlerResult::NotImplemented,
    };
    // Without a handle there is nobody to tell how it goes; Windows gives the service up by itself.
    let Ok(handle) = service_control_handler::register(name, on_control) else { return };
    let mut stopped = Some(stopped);
    say(&handle, windows_service::service::ServiceState::Running, true);
    let ended_well = body(&mut |stop: Box<dyn Fn() + Send>| {
        let Some(stopped) = stopped.take() else { return };
        std::thread::spawn(move || {
            if stopped.recv().is_ok() {
                say(&handle, windows_service::service::ServiceState::StopPending, true);
                stop();
            }
        });
    });
    say(&handle, windows_service::service::ServiceState::Stopped, ended_well);
}

/// Tells Windows how the service is. When Windows does not listen it finds out by itself.
fn say(handle: &ServiceStatusHandle, state: windows_service::service::ServiceState, well: bool) {
    let is_running = state == windows_service::service::ServiceState::Running;
    let accepted = ServiceControlAccept::STOP | ServiceControlAccept::SHUTDOWN;
    let status = ServiceStatus {
        service_type: ServiceType::OWN_PROCESS,
        current_state: state,
        controls_accepted: if is_running { accepted } else { ServiceControlAccept::empty() },
        exit_code: if well { ServiceExitCode::NO_ERROR } else { ServiceExitCode::ServiceSpecific(1) },
        checkpoint: 0,
        wait_hint: if state == windows_service::service::ServiceState::StopPending {
            STOP_TIME
        } else {
            Duration::ZERO
        },
        process_id: None,
    };
    let _ = handle.set_service_status(status);
}

fn manager(access: ServiceManagerAccess) -> io::Result<ServiceManager> {
    ServiceManager::local_computer(None::<&str>, access).map_err(io_error)
}

/// The error of a call; a mistake in what was handed in is "invalid input".
fn io_error(error: windows_service::Error) -> io::Error {
    match error {
        windows_service::Error::Winapi(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidInput, other.to_string()),
    }
}
