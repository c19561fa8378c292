defmodule HelloBeam.JSONTest do
  use ExUnit.Case, async: true

  import HelloBeam.JSON

  test "keeps the order of an object's members" do
    assert text(b: "1", a: ["x", :y]) == ~S({"b":"1","a":["x","y"]})
  end

  test "tells an empty list" do
    assert text(nodes: []) == ~S({"nodes":[]})
  end

  test "escapes quotes, backslashes and control characters, and nothing else" do
    assert text(~S(a"b\c)) == ~S("a\"b\\c")
    assert text("line\nnul" <> <<0>>) == ~S("line\u000Anul\u0000")
    assert text("žluťoučký / 猫") == ~S("žluťoučký / 猫")
  end

  defp text(term), do: term |> encode() |> IO.iodata_to_binary()
end
