"""How nbconvert runs the notebooks here: as always, but for a kernel whose results may come late.

Deno says that it is idle before the last result of a cell is on its way, now and then, and nbclient drops whatever
comes after that. Each cell here shows one thing, so a cell that has shown nothing yet is given a second more.
"""

from nbclient.client import CellExecutionComplete
from nbconvert.preprocessors import ExecutePreprocessor


class PatientPreprocessor(ExecutePreprocessor):
    said_idle = None

    def process_message(self, msg, cell, cell_index):
        parent = msg["parent_header"].get("msg_id")
        if msg["msg_type"] == "status" and msg["content"]["execution_state"] == "idle" and not cell.outputs:
            self.said_idle = parent
            return None
        output = super().process_message(msg, cell, cell_index)
        if cell.outputs and self.said_idle == parent:
            raise CellExecutionComplete()
        return output


c = get_config()  # noqa: F821
c.NotebookExporter.preprocessors = [PatientPreprocessor]
c.PatientPreprocessor.enabled = True
c.PatientPreprocessor.kernel_name = "deno"
c.PatientPreprocessor.timeout = 120
c.PatientPreprocessor.iopub_timeout = 1
