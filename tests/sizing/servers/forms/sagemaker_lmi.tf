#= engine: vllm
#= image: 763104351884.dkr.ecr.eu-west-1.amazonaws.com/djl-inference
#= tag: 0.30.0-lmi12.0.0-cu124
#= model: s3://models/llama/
#= tensor_parallel: 8
#= max_sequences: 64
resource "aws_sagemaker_model" "llm" {
  primary_container {
    image = "763104351884.dkr.ecr.eu-west-1.amazonaws.com/djl-inference:0.30.0-lmi12.0.0-cu124"
    environment = {
      OPTION_ROLLING_BATCH          = "lmi-dist"
      OPTION_TENSOR_PARALLEL_DEGREE = "8"
      OPTION_MAX_ROLLING_BATCH_SIZE = "64"
    }
    model_data_source {
      s3_data_source {
        s3_uri           = "s3://models/llama/"
        s3_data_type     = "S3Prefix"
        compression_type = "None"
      }
    }
  }
}
