package bedrock_test

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"

	"github.com/spanledger/spanledger/collector/examples/internal/answer"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

const converse = `{"output":{"message":{"role":"assistant","content":[{"text":"Hello!"}]}},"stopReason":"end_turn",
	"usage":{"inputTokens":10,"outputTokens":3,"totalTokens":113,"cacheReadInputTokens":100,"cacheWriteInputTokens":0},
	"metrics":{"latencyMs":100}}`

// The transport leaves the signed request as it is: only the answer, and a
// copy of what is sent, are read.
func Example() {
	vendor := answer.With("application/json", converse)
	defer vendor.Close()
	llm := bedrockruntime.New(bedrockruntime.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(vendor.URL),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "none", SecretAccessKey: "none"}, nil
		}),
		HTTPClient: &http.Client{Transport: otelgenai.NewTransport(nil, otelgenai.WithEndpoint(vendor.URL, otelgenai.Bedrock))},
	})

	ctx, last := otelgenai.WithLastCall(context.Background())
	answer, err := llm.Converse(ctx, &bedrockruntime.ConverseInput{
		ModelId:  aws.String("us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
		Messages: []types.Message{{Role: types.ConversationRoleUser, Content: []types.ContentBlock{&types.ContentBlockMemberText{Value: "Say hello."}}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.StopReason)
	call, _ := last.Call()
	fmt.Println(call.RequestModel, call.Usage[usage.Input], call.Usage[usage.CacheRead], call.Usage[usage.Output])
	// Output:
	// end_turn
	// us.anthropic.claude-sonnet-4-5-20250929-v1:0 110 100 3
}
