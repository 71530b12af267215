from pydantic import BaseModel, Field


class Settings(BaseModel):
    greeted: str = Field(default="nobody", title="Greeted", description="Who is greeted.")
