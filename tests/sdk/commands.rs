//! The command line: what is refused, and what it ends with.

use crate::support::{countersign, file};

fn sdk(arguments: &[&str]) -> (i32, String) {
    countersign(&[&["sdk"], arguments].concat())
}

#[test]
fn what_is_wrong_on_the_command_line_is_refused() {
    let table: [(&[&str], i32, &str); 8] = [
        (&[], 2, "no SDK is named"),
        (&["--sdk", "nobodys"], 2, "allowed: `boto3`"),
        (&["--sdk", "boto3", "--driver", "x"], 2, "cannot be used with"),
        (&["--driver", "x", "--level", "observe"], 2, "allowed: `must`, `should`"),
        (&["--driver", "x", "--env", "A"], 2, "allowed: `NAME=VALUE`"),
        (&["--driver", "x", "--cases", "/no/such/folder"], 2, "cannot read"),
        (&["--driver", "x", "--filter", "no/such"], 4, "no case is selected"),
        (&["cases", "--filter", "no/such"], 4, ""),
    ];
    for (arguments, code, says) in table {
        let (found, text) = sdk(arguments);
        assert_eq!(found, code, "{arguments:?}: {text}");
        assert!(text.contains(says), "{arguments:?}: {text}");
    }
}

#[test]
fn a_driver_that_keeps_to_the_protocol_is_told_from_one_that_does_not() {
    let (code, text) = sdk(&["check-driver", "--driver", &format!("python3 {}", file("toy.py").display())]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("ends when its input ends") && !text.contains("WRONG"), "{text}");

    let other = format!("python3 {} null-output", file("misbehaving.py").display());
    let (code, text) = sdk(&["check-driver", "--driver", &other]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("WRONG sends the input it is given\n        0 requests came"), "{text}");
    assert!(text.contains("WRONG tells an error of the service"), "{text}");

    let wrong = format!("python3 {} garbage-hello", file("misbehaving.py").display());
    let (code, text) = sdk(&["check-driver", "--driver", &wrong]);
    assert_eq!((code, text.contains("the driver wrote `hello`")), (1, true), "{text}");
}
