//! A name server for tests.

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::rdata::A;
use hickory_proto::rr::{RData, Record, RecordType};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// A name server on port 53 of a loopback address that resolves one name. Dropping it stops it.
pub struct NameServer {
    asked: Arc<Mutex<Vec<String>>>,
    serving: JoinHandle<()>,
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl NameServer {
    /// Starts a name server at `address` that resolves `name` (with a dot at its end) to 127.0.0.1.
    pub async fn start(address: Ipv4Addr, name: &'static str) -> Self {
        let socket = UdpSocket::bind((address, 53)).await.expect("port 53");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = asked.clone();
        let serving = tokio::spawn(async move {
            let mut buffer = [0; 1500];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                let query = Message::from_vec(&buffer[..length]).expect("a query");
                let response = answer(&query, name);
                log.lock()
                    .expect("whole")
                    .extend(query.queries.iter().map(|one| one.name().to_string()));
                // If the client has gone away, it needs no answer.
                let _ = socket.send_to(&response.to_vec().expect("written"), from).await;
            }
        });
        Self { asked, serving }
    }

    /// Names that were queried, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("whole").clone()
    }
}

fn answer(query: &Message, known: &str) -> Message {
    let mut response = Message::response(query.metadata.id, query.metadata.op_code);
    response.metadata.recursion_desired = query.metadata.recursion_desired;
    response.metadata.recursion_available = true;
    response.metadata.response_code = ResponseCode::NXDomain;
    for one in &query.queries {
        response.add_query(one.clone());
        if one.name().to_string() == known {
            response.metadata.response_code = ResponseCode::NoError;
            if one.query_type() == RecordType::A {
                let address = RData::A(A(Ipv4Addr::LOCALHOST));
                response.add_answer(Record::from_rdata(one.name().clone(), 5, address));
            }
        }
    }
    response
}
