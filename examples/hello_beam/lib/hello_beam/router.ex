defmodule HelloBeam.Router do
  @moduledoc "What to answer to a request: plain data in, plain data out."

  alias HelloBeam.JSON

  @type response :: {status :: pos_integer(), content_type :: String.t(), body :: iodata()}

  @doc """
  `method` and `target` are as `:erlang.decode_packet/3` gives them; `cluster` is this node and
  those that it is connected to.
  """
  @spec respond(atom() | String.t(), term(), {node(), [node()]}) :: response()
  def respond(method, {:abs_path, target}, cluster) when method in [:GET, :HEAD] do
    [path | _query] = String.split(target, "?", parts: 2)
    get(path, cluster)
  end

  def respond(_, {:abs_path, _}, _), do: {405, "text/plain", "method not allowed"}
  def respond(_, _, _), do: {400, "text/plain", "bad request"}

  defp get("/", {current, connected}) do
    body = JSON.encode(current_node: current, connected_nodes: Enum.sort(connected))
    {200, "application/json", body}
  end

  defp get("/health", _cluster), do: {200, "text/plain", "ok"}
  defp get(_path, _cluster), do: {404, "text/plain", "not found"}
end
