// Moves the AWS SDK for Go v2 for Countersign: drivers/README.md tells the protocol.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"runtime"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"
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
	settings, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		return answer{"outcome": "driver_error", "message": err.Error()}
	}
	client := cip.NewFromConfig(settings, func(o *cip.Options) {
		o.EndpointResolver = cip.EndpointResolverFromURL(q.Endpoint)
		if q.Options.Attempts != nil {
			o.Retryer = retry.AddWithMaxAttempts(retry.NewStandard(), *q.Options.Attempts)
		}
		if q.Options.Timeout_ms != nil {
			o.HTTPClient = &http.Client{Timeout: time.Duration(*q.Options.Timeout_ms) * time.Millisecond}
		}
	})
	_, err = client.ConfirmSignUp(context.Background(), &in)
	if err == nil {
		return answer{"outcome": "output", "output": answer{}}
	}
	var service smithy.APIError
	if errors.As(err, &service) {
		class := reflect.TypeOf(service).String()
		return answer{"outcome": "service_error", "code": service.ErrorCode(), "message": service.ErrorMessage(),
			"typed": strings.HasPrefix(class, "*types."), "class": class}
	}
	told := answer{"outcome": "client_error", "kind": "transport", "class": fmt.Sprintf("%T", err), "message": err.Error()}
	var parse *smithy.DeserializationError
	var refused *smithy.InvalidParamsError
	if errors.As(err, &refused) {
		told["kind"] = "validation"
	} else if errors.As(err, &parse) {
		told["kind"] = "parse"
	}
	return told
}

func main() {
	say(answer{"hello": answer{"protocol": 1, "name": "aws-sdk-go-v2", "version": aws.SDKVersion, "language": runtime.Version(),
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
