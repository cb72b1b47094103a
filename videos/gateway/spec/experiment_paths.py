"""Which operations for experiments does /api have?"""

from videos.gateway.spec.components import JSON, Part
from videos.gateway.spec.operations import (
    READ,
    WRITE,
    named_parameters,
    operation,
    request_body,
    success,
)

TAG = "Experiments"
ONE = named_parameters(["ExperimentId"])
AS_IT_IS = success("The experiment as it is now.", "Experiment")

EXPERIMENT_PATHS: Part = {
    "/experiments": {
        "get": operation(
            "listExperiments",
            "List experiments",
            success("One page of experiments, the newest first.", "ExperimentList"),
            READ,
            parameters=("AfterExperiment", "Limit"),
            tag=TAG,
        )
    },
    "/experiments/{experiment_id}": ONE
    | {
        "get": operation(
            "retrieveExperiment",
            "Retrieve an experiment",
            success("The experiment.", "Experiment"),
            (*READ, 404),
            tag=TAG,
        )
    },
    "/experiments/{experiment_id}/votes": ONE
    | {
        "post": operation(
            "addVote",
            "Vote in one row of an experiment",
            AS_IT_IS,
            (*WRITE, 404),
            "A later vote replaces an earlier one. 409 once the vote is closed.",
            body=request_body({JSON: "AddVote"}),
            tag=TAG,
        )
    },
    "/experiments/{experiment_id}/close": ONE
    | {
        "post": operation(
            "closeExperiment",
            "Close an experiment permanently",
            AS_IT_IS,
            (*READ, 403, 404, 409),
            "From then on everyone sees what made which clip. 409 if it was closed before.",
            tag=TAG,
        )
    },
    "/experiments/{experiment_id}/results": ONE
    | {
        "get": operation(
            "retrieveResults",
            "Retrieve the result of a closed experiment",
            success("The result.", "ExperimentResult"),
            (*READ, 404, 409),
            "409 while the vote is open.",
            tag=TAG,
        )
    },
}
