"""Running a plan: parameters, execution, publishing, rendering."""
