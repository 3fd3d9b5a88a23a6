//! A mail server on the loopback: speaks enough SMTP to be handed mail, and refuses as it is told.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A mail as it arrived.
#[derive(Debug, Clone)]
pub struct Got {
    pub from: String,
    pub to: String,
    pub data: String,
}

impl Got {
    /// The header of that name, as it stands on the wire.
    pub fn header(&self, name: &str) -> &str {
        let start = format!("{name}: ");
        let head = self.data.split("\r\n\r\n").next().expect("a head");
        let line = head.split("\r\n").find_map(|it| it.strip_prefix(&start));
        line.unwrap_or_else(|| panic!("no {name} in {head}"))
    }
}

/// What the server does with a mail.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Manner {
    Takes,
    /// Answers this to the recipient.
    Refuses(&'static str),
    /// Takes it and hangs up before it says so.
    HangsUp,
}

#[derive(Clone)]
pub struct Server {
    pub url: String,
    got: Arc<Mutex<Vec<Got>>>,
    manner: Arc<Mutex<Manner>>,
}

impl Server {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("smtp://{}", listener.local_addr().expect("an address"));
        let server = Self { url, got: Arc::default(), manner: Arc::new(Mutex::new(Manner::Takes)) };
        let one = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = one.clone();
                tokio::spawn(async move { server.talk(stream).await });
            }
        });
        server
    }

    pub fn be(&self, manner: Manner) {
        *self.manner.lock().expect("no test panicked here") = manner;
    }

    pub fn got(&self) -> Vec<Got> {
        self.got.lock().expect("no test panicked here").clone()
    }

    /// Waits until `count` mails have arrived.
    pub async fn wait(&self, count: usize) -> Vec<Got> {
        let start = Instant::now();
        while self.got().len() < count {
            assert!(start.elapsed() < Duration::from_secs(20), "only {} of {count} arrived", self.got().len());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.got()
    }

    /// One connection, until it ends.
    async fn talk(&self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 mail.test\r\n").await.ok()?;
        let (mut from, mut to) = (String::new(), String::new());
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let manner = *self.manner.lock().expect("no test panicked here");
            let address = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            let answer = match (line.split([' ', '\r']).next().unwrap_or_default(), manner) {
                ("EHLO", _) => "250-mail.test\r\n250 8BITMIME",
                ("MAIL", _) => {
                    from = address();
                    "250 2.1.0 Ok"
                }
                ("RCPT", Manner::Refuses(answer)) => answer,
                ("RCPT", _) => {
                    to = address();
                    "250 2.1.5 Ok"
                }
                ("DATA", _) => {
                    stream.write_all(b"354 Go on\r\n").await.ok()?;
                    let data = data(&mut stream).await?;
                    let got = Got { from: from.clone(), to: to.clone(), data };
                    self.got.lock().expect("no test panicked here").push(got);
                    if manner == Manner::HangsUp {
                        return None;
                    }
                    "250 2.0.0 Ok: queued"
                }
                ("RSET" | "NOOP", _) => "250 2.0.0 Ok",
                ("QUIT", _) => "221 2.0.0 Bye",
                _ => "502 5.5.2 What?",
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        }
    }
}

/// The lines up to the dot.
async fn data(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut data = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line == ".\r\n" {
            return Some(data);
        }
        data += line.strip_prefix('.').unwrap_or(&line);
    }
}
