// Moves the AWS SDK for Go v1 for Countersign: drivers/README.md tells the protocol.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"time"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/awserr"
	"github.com/aws/aws-sdk-go/aws/request"
	"github.com/aws/aws-sdk-go/aws/session"
	cip "github.com/aws/aws-sdk-go/service/cognitoidentityprovider"
)

type answer = map[string]interface{}
type question struct {
	Id, Endpoint string
	Input        json.RawMessage
	Options      struct {
		Attempts   *int
		Timeout_ms *int
	}
}

func say(a answer) {
	line, _ := json.Marshal(a)
	fmt.Printf("@@%s\n", line)
}

func call(q question) answer {
	var in cip.ConfirmSignUpInput
	if err := json.Unmarshal(q.Input, &in); err != nil {
		return answer{"outcome": "unsupported", "reason": "the types of Go cannot hold it: " + err.Error()}
	}
	config := aws.NewConfig().WithEndpoint(q.Endpoint)
	if q.Options.Attempts != nil {
		config = config.WithMaxRetries(*q.Options.Attempts - 1)
	}
	if q.Options.Timeout_ms != nil {
		config = config.WithHTTPClient(&http.Client{Timeout: time.Duration(*q.Options.Timeout_ms) * time.Millisecond})
	}
	_, err := cip.New(session.Must(session.NewSession(config))).ConfirmSignUp(&in)
	if err == nil {
		return answer{"outcome": "output", "output": answer{}}
	}
	failure, isOwn := err.(awserr.Error)
	told := answer{"class": fmt.Sprintf("%T", err), "message": err.Error()}
	if !isOwn || failure.Code() == request.ErrCodeSerialization || failure.Code() == request.ErrCodeRequestError {
		told["outcome"], told["kind"] = "client_error", "parse"
		if !isOwn || failure.Code() == request.ErrCodeRequestError {
			told["kind"] = "transport"
		}
		return told
	}
	status, isFailure := err.(awserr.RequestFailure)
	if !isFailure {
		told["outcome"], told["kind"] = "client_error", "validation"
		return told
	}
	told["outcome"], told["code"], told["message"] = "service_error", failure.Code(), failure.Message()
	told["status"], told["request_id"] = status.StatusCode(), status.RequestID()
	_, isPlain := err.(interface{ OrigErrs() []error }) // an error without a class of its own
	told["typed"] = !isPlain
	return told
}

func main() {
	say(answer{"hello": answer{"protocol": 1, "name": "aws-sdk-go-v1", "version": aws.SDKVersion, "language": runtime.Version(),
		"features": []string{"typed-errors", "attempts", "timeout"},
		"members": []string{"ClientId", "SecretHash", "Username", "ConfirmationCode", "ForceAliasCreation", "AnalyticsMetadata",
			"UserContextData", "ClientMetadata"}}})
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var q question
		if err := json.Unmarshal(line, &q); err != nil {
			panic(err)
		}
		a := call(q)
		a["id"] = q.Id
		say(a)
	}
}
