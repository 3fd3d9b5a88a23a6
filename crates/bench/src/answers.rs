//! What a receiver answers: nothing but 200, and what bad ones do instead.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

const GIB: u64 = 1 << 30;
const CHUNK: &[u8] = &[b'x'; 64 << 10];

pub enum Answer {
    /// 200, and that's it.
    Empty,
    /// Never comes.
    Hang,
    /// A byte a second, without an end.
    Drip(Option<Pin<Box<Sleep>>>),
    /// So many bytes, as fast as they go; without an end if that is not said.
    Flood(Option<u64>),
}

impl Answer {
    pub fn at(path: &str) -> Self {
        match path {
            "/hang" => Self::Hang,
            "/drip" => Self::Drip(None),
            "/flood" => Self::Flood(None),
            "/gibibyte" => Self::Flood(Some(GIB)),
            _ => Self::Empty,
        }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            Self::Empty | Self::Hang | Self::Flood(Some(0)) => Poll::Ready(None),
            Self::Drip(waiting) => {
                let pause = waiting.get_or_insert_with(|| Box::pin(sleep(Duration::from_secs(1))));
                match pause.as_mut().poll(context) {
                    Poll::Pending => Poll::Pending,
                    Poll::Ready(()) => {
                        *waiting = None;
                        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"x")))))
                    }
                }
            }
            Self::Flood(left) => {
                let size =
                    left.map_or(CHUNK.len(), |left| CHUNK.len().min(usize::try_from(left).unwrap_or(usize::MAX)));
                *left = left.map(|left| left - size as u64);
                Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&CHUNK[..size])))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Empty | Self::Flood(Some(0)))
    }

    /// With a length, an answer is announced by `Content-Length`.
    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Flood(Some(left)) => SizeHint::with_exact(*left),
            _ => SizeHint::default(),
        }
    }
}
