#= engine: managed
#= model: anthropic.claude-v2
#= units: 2
resource "aws_bedrock_provisioned_model_throughput" "claude" {
  provisioned_model_name = "claude"
  model_arn              = "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2"
  model_units            = 2
}
