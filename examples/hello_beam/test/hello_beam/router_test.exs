defmodule HelloBeam.RouterTest do
  use ExUnit.Case, async: true

  alias HelloBeam.Router

  @cluster {:"a@10.0.0.1", [:"a@10.0.0.3", :"a@10.0.0.2"]}

  test "tells this node and the others, sorted" do
    assert {200, "application/json", body} = request("GET / HTTP/1.1\r\n")

    assert IO.iodata_to_binary(body) ==
             ~S({"current_node":"a@10.0.0.1","connected_nodes":["a@10.0.0.2","a@10.0.0.3"]})
  end

  test "is healthy, whatever the query" do
    assert request("GET /health HTTP/1.1\r\n") == {200, "text/plain", "ok"}
    assert request("HEAD /health?from=balancer HTTP/1.0\r\n") == {200, "text/plain", "ok"}
  end

  test "refuses other paths, other methods, and what is no path" do
    assert {404, _, _} = request("GET /healthy HTTP/1.1\r\n")
    assert {404, _, _} = request("GET // HTTP/1.1\r\n")
    assert {405, _, _} = request("POST / HTTP/1.1\r\n")
    assert {405, _, _} = request("BREW /health HTTP/1.1\r\n")
    assert {400, _, _} = request("OPTIONS * HTTP/1.1\r\n")
  end

  defp request(line) do
    {:ok, {:http_request, method, target, _version}, _rest} =
      :erlang.decode_packet(:http_bin, line <> "\r\n", [])

    Router.respond(method, target, @cluster)
  end
end
