"""What a run is asked to do: plans, notebooks and what they declare, options of the command line."""
