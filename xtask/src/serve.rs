//! A small server of static files, for this machine only.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Served where no other port is asked for and nothing else listens there.
const USUAL_PORT: u16 = 8787;

/// Nothing but our own files, and wasm, may run in the page; nothing leaves it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self' 'unsafe-inline'; connect-src 'self'";

/// A browser's request head is far below this; what is longer is not one.
const HEAD_LIMIT: u64 = 16_384;

/// When the server stops by itself.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    /// This long after the start.
    After(Duration),
    /// This long after the last request.
    IdleFor(Duration),
}

/// Serves `folder` on 127.0.0.1 and prints the address.
pub(crate) fn serve(folder: &Path, port: Option<u64>, until: Until) -> Result<()> {
    if !folder.join("index.html").is_file() {
        bail!("{} has no index.html", folder.display());
    }
    let listener = listen(port)?;
    println!("\nplayground: http://{}/", listener.local_addr()?);
    match until {
        Until::After(time) => println!("stops after {} seconds, or with Ctrl-C", time.as_secs()),
        Until::IdleFor(time) => println!(
            "stops after {} idle seconds, or with Ctrl-C",
            time.as_secs()
        ),
    }
    std::io::stdout().flush()?;

    listener.set_nonblocking(true)?;
    let start = Instant::now();
    let last_request = Arc::new(Mutex::new(start));
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                let folder = folder.to_owned();
                let last_request = Arc::clone(&last_request);
                // A browser opens connections that it may never use: none of them may hold up another.
                std::thread::spawn(move || {
                    if answer(&stream, &folder).is_ok()
                        && let Ok(mut last) = last_request.lock()
                    {
                        *last = Instant::now();
                    }
                });
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                let over = match until {
                    Until::After(time) => start.elapsed() >= time,
                    Until::IdleFor(time) => {
                        last_request.lock().is_ok_and(|last| last.elapsed() >= time)
                    }
                };
                if over {
                    println!("playground stopped");
                    return Ok(());
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(error) => return Err(error).context("the playground's server"),
        }
    }
}

fn listen(port: Option<u64>) -> Result<TcpListener> {
    if let Some(port) = port {
        let port = u16::try_from(port).context("a port is below 65536")?;
        return TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .with_context(|| format!("port {port}"));
    }
    TcpListener::bind((Ipv4Addr::LOCALHOST, USUAL_PORT))
        .or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
        .context("no port is free")
}

fn answer(mut stream: &TcpStream, folder: &Path) -> Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut head = BufReader::new(stream.take(HEAD_LIMIT));
    let mut request = String::new();
    head.read_line(&mut request)?;
    let mut header = String::new();
    while head.read_line(&mut header)? > 2 {
        header.clear();
    }

    let mut words = request.split_ascii_whitespace();
    let (method, target) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let response = match method {
        "GET" | "HEAD" => Response::file(folder, target),
        _ => Response::text("405 Method Not Allowed", "only GET and HEAD"),
    };
    write!(
        stream,
        "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nContent-Security-Policy: {CONTENT_SECURITY_POLICY}\r\n\
         X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nCache-Control: no-cache\r\n\
         Connection: close\r\n\r\n",
        response.status,
        response.kind,
        response.body.len()
    )?;
    if method != "HEAD" {
        stream.write_all(&response.body)?;
    }
    Ok(stream.flush()?)
}

struct Response {
    status: &'static str,
    kind: &'static str,
    body: Vec<u8>,
}

impl Response {
    fn file(folder: &Path, target: &str) -> Response {
        let found =
            inside(folder, target).and_then(|path| Some((std::fs::read(&path).ok()?, path)));
        match found {
            Some((body, path)) => Response {
                status: "200 OK",
                kind: kind(&path),
                body,
            },
            None => Response::text("404 Not Found", "there is no such file"),
        }
    }

    fn text(status: &'static str, text: &str) -> Response {
        Response {
            status,
            kind: "text/plain; charset=utf-8",
            body: text.as_bytes().to_vec(),
        }
    }
}

/// The file a request target names, or `None` where it would lie outside `folder`.
fn inside(folder: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
    let path = Path::new(path);
    let plain = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !plain {
        return None;
    }
    let path = folder.join(path);
    Some(if path.is_dir() {
        path.join("index.html")
    } else {
        path
    })
}

fn kind(path: &Path) -> &'static str {
    match path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" | "webmanifest" => "application/json; charset=utf-8",
        "yaml" | "yml" | "csv" | "txt" | "md" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::{inside, kind};
    use std::path::Path;

    #[test]
    fn a_target_never_leaves_the_folder() {
        let folder = Path::new("/nowhere/dist");
        assert_eq!(inside(folder, "/a/b.js?v=1#x"), Some(folder.join("a/b.js")));
        assert_eq!(inside(folder, "/"), Some(folder.join("")));
        for target in [
            "",
            "a.js",
            "/../secret",
            "/a/../../secret",
            "//etc/passwd",
            "http://other/",
        ] {
            assert_eq!(inside(folder, target), None, "{target}");
        }
    }

    #[test]
    fn wasm_and_modules_have_the_types_browsers_insist_on() {
        assert_eq!(kind(Path::new("engine.wasm")), "application/wasm");
        assert_eq!(kind(Path::new("main.js")), "text/javascript; charset=utf-8");
        assert_eq!(kind(Path::new("page")), "application/octet-stream");
    }
}
